# KMS keys. They have the same id in another region once they are replicated there: a key that was made for one region
# alone can never be, and what it sealed could not be opened after a failover.
variable "name" { type = string }
variable "account_id" { type = string }
variable "region" { type = string }
variable "purposes" { type = set(string) }

resource "aws_kms_key" "this" {
  for_each                = var.purposes
  description             = "${var.name}: ${each.key}"
  enable_key_rotation     = true
  multi_region            = true
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "RightsAreGivenByIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      }],
      each.key != "logs" ? [] : [{
        Sid       = "LogsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:Describe*", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = {
          ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:log-group:*" }
        }
      }],
    )
  })

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  for_each      = var.purposes
  name          = "alias/${var.name}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}

output "arns" {
  value = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}
