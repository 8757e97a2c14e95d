# The network and the cluster in it.
mock_provider "aws" {
  mock_resource "aws_eks_cluster" {
    defaults = { identity = [{ oidc = [{ issuer = "https://oidc.example/id/0" }] }] }
  }
}

run "stores_have_no_way_out" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    name    = "loanflow-test"
    region  = "eu-central-1"
    zones   = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    cidr    = "10.40.0.0/16"
    buckets = ["arn:aws:s3:::loanflow-one"]
    key_arn = "arn:aws:kms:eu-central-1:111122223333:key/logs"
  }
  assert {
    condition     = length(aws_subnet.data) == 3 && length(aws_subnet.private) == 3 && length(aws_nat_gateway.this) == 3 && length(aws_route.private) == 3
    error_message = "A zone lacks a subnet or a way out of its own."
  }
  assert {
    condition     = alltrue([for each in concat(values(aws_subnet.data), values(aws_subnet.private)) : !coalesce(each.map_public_ip_on_launch, false)]) && alltrue([for each in aws_subnet.public : !each.map_public_ip_on_launch])
    error_message = "Something would get a public address by itself."
  }
  assert {
    condition     = length(distinct([for each in concat(values(aws_subnet.data), values(aws_subnet.private), values(aws_subnet.public)) : each.cidr_block])) == 9
    error_message = "Two subnets have the same addresses."
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_vpc_endpoint.s3.policy).Statement : s.Resource != "*"])
    error_message = "Files could go to anybody's bucket."
  }
  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flows.kms_key_id == var.key_arn
    error_message = "Nobody would see who spoke with whom, or everybody could."
  }
}

run "the_api_is_inside" {
  command = plan
  module {
    source = "./modules/cluster"
  }
  variables {
    name           = "loanflow-test"
    release        = "1.33"
    subnet_ids     = ["subnet-0", "subnet-1", "subnet-2"]
    nodes          = { class = "m6i.xlarge", fewest = 3, most = 9 }
    addons         = ["vpc-cni", "aws-ebs-csi-driver"]
    api_readers    = []
    administrators = []
    key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/cluster"
    logs_key_arn   = "arn:aws:kms:eu-central-1:111122223333:key/logs"
  }
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "The API of Kubernetes can be reached from outside."
  }
  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.key_arn && contains(aws_eks_cluster.this.enabled_cluster_log_types, "audit")
    error_message = "Secrets of Kubernetes are not encrypted by its key, or nobody logs who did what."
  }
  assert {
    condition     = aws_launch_template.nodes.metadata_options[0].http_tokens == "required" && aws_launch_template.nodes.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "A pod can get at the rights of its node."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.this["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "NetworkPolicies are not enforced."
  }
}
