# EKS, and the nodes that it manages. Istio, OpenBao and the collector come into it by their own charts.
variable "name" { type = string }
variable "release" { type = string }
variable "subnet_ids" { type = list(string) }
variable "nodes" { type = object({ class = string, fewest = number, most = number }) }
variable "addons" { type = set(string) }
variable "api_readers" { type = set(string) }
variable "administrators" { type = set(string) }
variable "key_arn" { type = string }
variable "logs_key_arn" { type = string }

locals {
  # The network plugin has to enforce NetworkPolicies (docs/platform.md).
  settings = { "vpc-cni" = jsonencode({ enableNetworkPolicy = "true" }) }
  # What nodes may: join, give pods addresses, load images.
  of_nodes = toset(["AmazonEC2ContainerRegistryReadOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"])
  issuer   = aws_eks_cluster.this.identity[0].oidc[0].issuer
}

resource "aws_iam_role" "cluster" {
  name = "${var.name}-cluster"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "eks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = 90
  kms_key_id        = var.logs_key_arn
}

resource "aws_eks_cluster" "this" {
  name                      = var.name
  role_arn                  = aws_iam_role.cluster.arn
  version                   = var.release
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  vpc_config {
    subnet_ids              = var.subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = length(var.api_readers) > 0
    public_access_cidrs     = length(var.api_readers) > 0 ? var.api_readers : null
  }

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = var.key_arn
    }
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.cluster]
}

resource "aws_eks_access_entry" "administrator" {
  for_each      = var.administrators
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.key
}

resource "aws_eks_access_policy_association" "administrator" {
  for_each      = var.administrators
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.key
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }

  depends_on = [aws_eks_access_entry.administrator]
}

# By it IAM believes the tokens of service accounts.
resource "aws_iam_openid_connect_provider" "this" {
  url            = local.issuer
  client_id_list = ["sts.amazonaws.com"]
}

# Makes the disks of OpenBao and of the collector.
resource "aws_iam_role" "disks" {
  name = "${var.name}-disks"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.this.arn }
      Condition = {
        StringEquals = {
          "${trimprefix(local.issuer, "https://")}:aud" = "sts.amazonaws.com"
          "${trimprefix(local.issuer, "https://")}:sub" = "system:serviceaccount:kube-system:ebs-csi-controller-sa"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "disks" {
  role       = aws_iam_role.disks.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
}

resource "aws_iam_role" "nodes" {
  name = "${var.name}-nodes"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each   = local.of_nodes
  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_launch_template" "nodes" {
  name_prefix            = "${var.name}-"
  update_default_version = true

  # A pod does not get at the rights of its node.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = 80
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }
}

resource "aws_eks_node_group" "this" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "main"
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = var.subnet_ids
  instance_types  = [var.nodes.class]
  ami_type        = "AL2023_x86_64_STANDARD"

  launch_template {
    id      = aws_launch_template.nodes.id
    version = aws_launch_template.nodes.latest_version
  }

  scaling_config {
    min_size     = var.nodes.fewest
    max_size     = var.nodes.most
    desired_size = var.nodes.fewest
  }

  # One after another, so that a PodDisruptionBudget is never out of nodes.
  update_config {
    max_unavailable = 1
  }

  lifecycle {
    # The autoscaler's to say.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [aws_iam_role_policy_attachment.nodes]
}

resource "aws_eks_addon" "this" {
  for_each                 = var.addons
  cluster_name             = aws_eks_cluster.this.name
  addon_name               = each.key
  configuration_values     = lookup(local.settings, each.key, null)
  service_account_role_arn = each.key == "aws-ebs-csi-driver" ? aws_iam_role.disks.arn : null
  depends_on               = [aws_eks_node_group.this]
}

output "name" {
  value = aws_eks_cluster.this.name
}

output "endpoint" {
  value = aws_eks_cluster.this.endpoint
}

output "issuer" {
  value = local.issuer
}

output "provider_arn" {
  value = aws_iam_openid_connect_provider.this.arn
}
