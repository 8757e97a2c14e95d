# What AWS lets the cluster's service accounts do: each its own bucket and the key of it, and no more. A role is for
# tokens of the account (IRSA), a user for the key pair with which the services' client of S3 signs today.
variable "name" { type = string }
variable "issuer" { type = string }
variable "provider_arn" { type = string }
variable "namespace" { type = string }
variable "vpc_id" { type = string }
variable "accounts" { type = map(object({ bucket = string, right = string })) }
variable "bucket_arn" { type = map(string) }
variable "key_arns" { type = map(string) }
variable "seal_key" { type = string }

locals {
  issuer = trimprefix(var.issuer, "https://")
  seals  = ["kms:GenerateDataKey", "kms:Decrypt"]
  rights = {
    # Reads and writes what is in it; neither its settings nor versions that are past.
    use = {
      bucket  = ["s3:ListBucket"]
      objects = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      key     = local.seals
    }
    # Looks whether it is there: it was made here.
    look = {
      bucket  = ["s3:ListBucket"]
      objects = []
      key     = []
    }
    # Puts anchors under their lock, and looks for those that are there.
    lock = {
      bucket  = ["s3:ListBucket"]
      objects = ["s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"]
      key     = local.seals
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = var.accounts
  name     = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.provider_arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:${var.namespace}:${each.key}"
        }
      }
    }]
  })
}

resource "aws_iam_policy" "this" {
  for_each = var.accounts
  name     = "${var.name}-${each.key}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "OwnBucket"
        Effect   = "Allow"
        Action   = local.rights[each.value.right].bucket
        Resource = var.bucket_arn[each.value.bucket]
      }],
      [for actions in [local.rights[each.value.right].objects] : {
        Sid      = "OwnObjects"
        Effect   = "Allow"
        Action   = actions
        Resource = "${var.bucket_arn[each.value.bucket]}/*"
      } if length(actions) > 0],
      [for actions in [local.rights[each.value.right].key] : {
        Sid      = "OwnKey"
        Effect   = "Allow"
        Action   = actions
        Resource = var.key_arns[each.value.bucket]
      } if length(actions) > 0],
    )
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = var.accounts
  role       = aws_iam_role.this[each.key].name
  policy_arn = aws_iam_policy.this[each.key].arn
}

resource "aws_iam_user" "this" {
  for_each = var.accounts
  name     = "${var.name}-${each.key}"
}

resource "aws_iam_user_policy_attachment" "this" {
  for_each   = var.accounts
  user       = aws_iam_user.this[each.key].name
  policy_arn = aws_iam_policy.this[each.key].arn
}

# A key pair that got out is of no use outside the network.
resource "aws_iam_user_policy" "here" {
  for_each = var.accounts
  name     = "from-the-network-alone"
  user     = aws_iam_user.this[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:SourceVpc" = var.vpc_id }, Bool = { "aws:ViaAWSService" = "false" } }
    }]
  })
}

# OpenBao unseals itself by a key that it cannot take out.
resource "aws_iam_role" "openbao" {
  name = "${var.name}-openbao"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.provider_arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:data:openbao"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "openbao" {
  name = "unseal"
  role = aws_iam_role.openbao.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "OwnSeal"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]
      Resource = var.seal_key
    }]
  })
}

output "roles" {
  value = merge({ for who, role in aws_iam_role.this : who => role.arn }, { openbao = aws_iam_role.openbao.arn })
}

output "users" {
  value = { for who, user in aws_iam_user.this : who => user.name }
}
