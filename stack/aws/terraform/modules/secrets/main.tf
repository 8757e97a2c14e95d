# Entries without a value: who sets the place up fills them, and OpenBao's `kv/<role>` from them. No state has a secret.
variable "place" { type = string }
variable "secrets" { type = map(list(string)) }
variable "key_arn" { type = string }

resource "aws_secretsmanager_secret" "this" {
  for_each                = var.secrets
  name                    = "loanflow/${var.place}/${each.key}"
  description             = "kv/${each.key} of OpenBao: ${join(", ", each.value)}"
  kms_key_id              = var.key_arn
  recovery_window_in_days = 30
}
