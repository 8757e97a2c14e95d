# Buckets: versioned, sealed by a key of their own, closed to the public. One with `retention_days` is locked: nobody
# removes a version before its time, an administrator neither.
variable "buckets" { type = map(object({ name = string, retention_days = number })) }
variable "key_arns" { type = map(string) }
variable "backup_days" { type = number }

locals {
  locked = { for who, bucket in var.buckets : who => bucket if bucket.retention_days > 0 }
  open   = { for who, bucket in var.buckets : who => bucket if bucket.retention_days == 0 }
}

resource "aws_s3_bucket" "this" {
  for_each            = var.buckets
  bucket              = each.value.name
  object_lock_enabled = each.value.retention_days > 0
  force_destroy       = false

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arns[each.key]
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = var.buckets
  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OverTlsAlone"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::${each.value.name}", "arn:aws:s3:::${each.value.name}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# A version that was removed can be had back for as long as the other stores can go back, and not for longer: an
# erasure has to be one.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each   = local.open
  bucket     = aws_s3_bucket.this[each.key].id
  depends_on = [aws_s3_bucket_versioning.this]

  rule {
    id     = "removed-versions"
    status = "Enabled"

    filter {
      prefix = ""
    }

    noncurrent_version_expiration {
      noncurrent_days = var.backup_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  for_each   = local.locked
  bucket     = aws_s3_bucket.this[each.key].id
  depends_on = [aws_s3_bucket_versioning.this]

  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = each.value.retention_days
    }
  }
}
