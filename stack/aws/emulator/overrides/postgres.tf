# What the emulator takes and does not give back.
resource "aws_db_instance" "this" {
  lifecycle {
    ignore_changes = [performance_insights_enabled, performance_insights_kms_key_id]
  }
}

resource "aws_db_parameter_group" "this" {
  lifecycle {
    ignore_changes = [parameter]
  }
}
