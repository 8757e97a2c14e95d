# Buckets and who may use them.
mock_provider "aws" {}

run "buckets_are_closed_sealed_and_versioned" {
  command = plan

  module {
    source = "./modules/buckets"
  }

  variables {
    buckets = {
      one     = { name = "loanflow-one", retention_days = 0 }
      anchors = { name = "loanflow-anchors", retention_days = 3660 }
    }
    key_arns    = { one = "arn:aws:kms:eu-central-1:111122223333:key/1", anchors = "arn:aws:kms:eu-central-1:111122223333:key/2" }
    backup_days = 14
  }

  assert {
    condition = length(aws_s3_bucket_public_access_block.this) == 2 && alltrue([
      for block in aws_s3_bucket_public_access_block.this :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "A bucket is open to the public."
  }
  assert {
    condition = alltrue([
      for who, each in aws_s3_bucket_server_side_encryption_configuration.this : alltrue([
        for rule in each.rule : alltrue([
          for sealed in rule.apply_server_side_encryption_by_default :
          sealed.sse_algorithm == "aws:kms" && sealed.kms_master_key_id == var.key_arns[who]
        ])
      ])
    ])
    error_message = "A bucket is not sealed by its own key."
  }
  assert {
    condition     = alltrue([for each in aws_s3_bucket_versioning.this : each.versioning_configuration[0].status == "Enabled"])
    error_message = "A bucket keeps no versions."
  }
  assert {
    condition = alltrue([
      for each in aws_s3_bucket_policy.this :
      anytrue([for s in jsondecode(each.policy).Statement : s.Effect == "Deny" && try(s.Condition.Bool["aws:SecureTransport"], "") == "false"])
    ])
    error_message = "A bucket answers without TLS."
  }
  assert {
    condition     = join(" ", keys(aws_s3_bucket_object_lock_configuration.this)) == "anchors" && aws_s3_bucket.this["anchors"].object_lock_enabled && !aws_s3_bucket.this["one"].object_lock_enabled
    error_message = "The anchors' bucket, and it alone, is locked."
  }
  assert {
    condition = alltrue([
      for each in aws_s3_bucket_object_lock_configuration.this :
      each.rule[0].default_retention[0].mode == "COMPLIANCE" && each.rule[0].default_retention[0].days == 3660
    ])
    error_message = "What is locked can be removed before its time."
  }
  assert {
    condition     = join(" ", keys(aws_s3_bucket_lifecycle_configuration.this)) == "one" && aws_s3_bucket_lifecycle_configuration.this["one"].rule[0].noncurrent_version_expiration[0].noncurrent_days == 14
    error_message = "Removed files outlive the backups, or locked ones would be removed."
  }
}

run "an_account_has_its_own_bucket_and_no_more" {
  command = plan

  module {
    source = "./modules/accounts"
  }

  variables {
    name         = "loanflow-test"
    issuer       = "https://oidc.example/id/0"
    provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.example/id/0"
    namespace    = "loanflow"
    vpc_id       = "vpc-0"
    seal_key     = "arn:aws:kms:eu-central-1:111122223333:key/seal"
    bucket_arn   = { one = "arn:aws:s3:::loanflow-one", anchors = "arn:aws:s3:::loanflow-anchors" }
    key_arns     = { one = "arn:aws:kms:eu-central-1:111122223333:key/1", anchors = "arn:aws:kms:eu-central-1:111122223333:key/2" }
    accounts = {
      one           = { bucket = "one", right = "use" }
      one-bootstrap = { bucket = "one", right = "look" }
      operator      = { bucket = "anchors", right = "lock" }
    }
  }

  assert {
    condition = alltrue([
      for who, each in aws_iam_policy.this : alltrue([
        for s in jsondecode(each.policy).Statement :
        contains(
          [var.bucket_arn[var.accounts[who].bucket], "${var.bucket_arn[var.accounts[who].bucket]}/*", var.key_arns[var.accounts[who].bucket]],
          s.Resource,
        )
      ])
    ])
    error_message = "An account may use what is not its own."
  }
  assert {
    condition = alltrue(flatten([
      for each in aws_iam_policy.this : [for s in jsondecode(each.policy).Statement : [for action in flatten([s.Action]) : !strcontains(action, "*")]]
    ]))
    error_message = "An account has rights that nobody has named."
  }
  assert {
    condition = alltrue([
      for who, each in aws_iam_role.this :
      jsondecode(each.assume_role_policy).Statement[0].Condition.StringEquals["oidc.example/id/0:sub"] == "system:serviceaccount:loanflow:${who}"
      && jsondecode(each.assume_role_policy).Statement[0].Condition.StringEquals["oidc.example/id/0:aud"] == "sts.amazonaws.com"
    ])
    error_message = "A role can be had by another account of the cluster."
  }
  assert {
    condition     = !strcontains(aws_iam_policy.this["operator"].policy, "Delete") && !strcontains(aws_iam_policy.this["operator"].policy, "BypassGovernance")
    error_message = "Who locks anchors could remove them."
  }
  assert {
    condition     = !strcontains(aws_iam_policy.this["one-bootstrap"].policy, "Object") && !strcontains(aws_iam_policy.this["one-bootstrap"].policy, "kms")
    error_message = "What only makes sure of a bucket reads what is in it."
  }
  assert {
    condition = alltrue([
      for each in aws_iam_user_policy.here :
      jsondecode(each.policy).Statement[0].Effect == "Deny" && jsondecode(each.policy).Statement[0].Condition.StringNotEquals["aws:SourceVpc"] == "vpc-0"
    ])
    error_message = "A key pair that got out can be used from anywhere."
  }
}
