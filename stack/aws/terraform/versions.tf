terraform {
  # The state is locked by S3 itself, and validations read other variables.
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # Bucket, key, region and the bucket's KMS key are given to `init`: `state/` makes them, once for each account.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = local.region
  # A wrong profile is noticed before anything is made in another account.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      "loanflow:place" = var.place
      "loanflow:area"  = local.place.area
    }
  }
}
