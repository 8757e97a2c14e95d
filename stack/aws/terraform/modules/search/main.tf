# OpenSearch: three nodes in three zones. How services sign in there, docs/adr/0054-aws.md says.
variable "name" { type = string }
variable "account_id" { type = string }
variable "region" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "clients" { type = list(string) }
variable "size" { type = object({ class = string, gigabytes = number }) }
variable "key_arn" { type = string }
variable "logs_key_arn" { type = string }

locals {
  # At most 28 characters.
  domain = substr(var.name, 0, 28)
}

resource "aws_security_group" "this" {
  name        = "${var.name}-search"
  description = "OpenSearch, of the cluster"
  vpc_id      = var.vpc_id

  ingress {
    description = "HTTPS of the cluster"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = var.clients
  }
}

# Who gives rights in it; nobody has it but by a session that is logged.
resource "aws_iam_role" "administrator" {
  name = "${var.name}-search-administrator"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/loanflow/${var.name}/search"
  retention_in_days = 30
  kms_key_id        = var.logs_key_arn
}

resource "aws_cloudwatch_log_resource_policy" "this" {
  policy_name = "${var.name}-search"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "es.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
      Resource  = "arn:aws:logs:${var.region}:${var.account_id}:log-group:/loanflow/${var.name}/search:*"
    }]
  })
}

resource "aws_opensearch_domain" "this" {
  domain_name    = local.domain
  engine_version = "OpenSearch_2.19"

  cluster_config {
    instance_type          = var.size.class
    instance_count         = 3
    zone_awareness_enabled = true

    zone_awareness_config {
      availability_zone_count = 3
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.size.gigabytes
  }

  vpc_options {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.this.id]
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  advanced_security_options {
    enabled                        = true
    anonymous_auth_enabled         = false
    internal_user_database_enabled = false

    master_user_options {
      master_user_arn = aws_iam_role.administrator.arn
    }
  }

  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.this.arn
  }

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Action    = "es:ESHttp*"
      Resource  = "arn:aws:es:${var.region}:${var.account_id}:domain/${local.domain}/*"
    }]
  })

  depends_on = [aws_cloudwatch_log_resource_policy.this]
}

output "url" {
  value = "https://${aws_opensearch_domain.this.endpoint}"
}
