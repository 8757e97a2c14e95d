output "platform" {
  description = "What the ConfigMap `platform` (k8s/base/platform.yaml) has to say at this place."
  value = merge(
    {
      LOANFLOW_SERVER_RESIDENCY = local.region
      LOANFLOW_POSTGRES_REGION  = local.region
      LOANFLOW_MONGO_REGION     = local.region
      LOANFLOW_REDIS_REGION     = local.region
      LOANFLOW_KAFKA_REGION     = local.region
      LOANFLOW_SEARCH_REGION    = local.region
      LOANFLOW_OBJECTS_URL      = "https://s3.${local.region}.amazonaws.com"
      LOANFLOW_OBJECTS_REGION   = local.region
      LOANFLOW_ANCHORS_URL      = "https://s3.${local.region}.amazonaws.com"
      LOANFLOW_ANCHORS_REGION   = local.region
      LOANFLOW_ANCHORS_BUCKET   = local.buckets["anchors"].name
      LOANFLOW_POSTGRES_PORT    = "5432"
    },
    # Where each service has a server of its own, its Deployment names it: the ConfigMap has one host.
    { for name, each in module.postgres : "LOANFLOW_POSTGRES_HOST" => each.host if name == "all" },
    { for name, each in module.documents : "LOANFLOW_MONGO_HOST" => each.host if name == "all" },
    { for name, each in module.documents : "LOANFLOW_MONGO_PORT" => "27017" if name == "all" },
    { for each in module.cache : "LOANFLOW_REDIS_HOST" => each.host },
    { for each in module.cache : "LOANFLOW_REDIS_PORT" => "6379" },
    { for each in module.cache : "LOANFLOW_REDIS_USER" => each.user },
    { for each in module.bus : "LOANFLOW_KAFKA_BOOTSTRAP" => each.brokers },
    { for each in module.search : "LOANFLOW_SEARCH_URL" => each.url },
  )
}

output "postgres_hosts" {
  description = "Where each server of PostgreSQL is: one `all`, or one for each service."
  value       = { for name, server in module.postgres : name => server.host }
}

output "documents_hosts" {
  description = "Where each cluster of DocumentDB is, alike."
  value       = { for name, cluster in module.documents : name => cluster.host }
}

output "buckets" {
  description = "The name of each service's bucket, for LOANFLOW_OBJECTS_BUCKET."
  value       = { for who, bucket in local.buckets : who => bucket.name }
}

output "roles" {
  description = "The IAM role of each service account, for the annotation eks.amazonaws.com/role-arn."
  value       = module.accounts.roles
}

output "users" {
  description = "The IAM users whose key pairs sign requests to S3; the key is made outside, so that no state has it."
  value       = module.accounts.users
}

output "secrets" {
  description = "The entries of Secrets Manager, to be filled before the first deploy, with the fields that each must have."
  value       = local.catalogue.secrets
}

output "cluster" {
  description = "Name and address of the cluster."
  value       = { name = module.cluster.name, endpoint = module.cluster.endpoint }
}
