module "keys" {
  source     = "./modules/keys"
  name       = local.name
  account_id = var.account_id
  region     = local.region
  # One for each store and each bucket: who may read one cannot open another.
  purposes = toset(concat(
    ["bus", "cache", "cluster", "documents", "logs", "openbao", "postgres", "search", "secrets"],
    [for who in keys(local.buckets) : "files-${who}"],
  ))
}

module "network" {
  source  = "./modules/network"
  name    = local.name
  region  = local.region
  zones   = local.zones
  cidr    = var.cidr
  buckets = values(local.arns)
  key_arn = module.keys.arns["logs"]
}

module "cluster" {
  source         = "./modules/cluster"
  name           = local.name
  release        = var.kubernetes
  subnet_ids     = module.network.private_subnet_ids
  nodes          = var.nodes
  addons         = var.addons
  api_readers    = var.api_readers
  administrators = var.administrators
  key_arn        = module.keys.arns["cluster"]
  logs_key_arn   = module.keys.arns["logs"]
}

module "buckets" {
  source      = "./modules/buckets"
  buckets     = local.buckets
  key_arns    = { for who in keys(local.buckets) : who => module.keys.arns["files-${who}"] }
  backup_days = var.backup_days
}

module "accounts" {
  source       = "./modules/accounts"
  name         = local.name
  issuer       = module.cluster.issuer
  provider_arn = module.cluster.provider_arn
  namespace    = local.catalogue.namespace
  vpc_id       = module.network.vpc_id
  accounts     = local.catalogue.accounts
  bucket_arn   = local.arns
  key_arns     = { for who in keys(local.buckets) : who => module.keys.arns["files-${who}"] }
  seal_key     = module.keys.arns["openbao"]
}

module "secrets" {
  source  = "./modules/secrets"
  place   = var.place
  secrets = local.catalogue.secrets
  key_arn = module.keys.arns["secrets"]
}

module "postgres" {
  source         = "./modules/postgres"
  for_each       = local.postgres
  name           = "${local.name}-${each.key}"
  vpc_id         = module.network.vpc_id
  subnet_ids     = module.network.data_subnet_ids
  clients        = module.network.private_cidrs
  size           = var.postgres
  backup_days    = var.backup_days
  kept_for_good  = var.kept_for_good
  key_arn        = module.keys.arns["postgres"]
  master_key_arn = module.keys.arns["secrets"]
}

module "documents" {
  source        = "./modules/documents"
  for_each      = contains(var.parts, "documents") ? local.documents : []
  name          = "${local.name}-${each.key}"
  vpc_id        = module.network.vpc_id
  zones         = local.zones
  subnet_ids    = module.network.data_subnet_ids
  clients       = module.network.private_cidrs
  size          = var.documents
  backup_days   = var.backup_days
  kept_for_good = var.kept_for_good
  key_arn       = module.keys.arns["documents"]
}

module "bus" {
  source             = "./modules/bus"
  count              = contains(var.parts, "bus") ? 1 : 0
  name               = local.name
  vpc_id             = module.network.vpc_id
  subnet_ids         = module.network.data_subnet_ids
  clients            = module.network.private_cidrs
  size               = var.bus
  client_authorities = var.client_authorities
  key_arn            = module.keys.arns["bus"]
  logs_key_arn       = module.keys.arns["logs"]
}

module "cache" {
  source     = "./modules/cache"
  count      = contains(var.parts, "cache") ? 1 : 0
  name       = local.name
  vpc_id     = module.network.vpc_id
  subnet_ids = module.network.data_subnet_ids
  clients    = module.network.private_cidrs
  size       = var.cache
  password   = var.redis_password
  key_arn    = module.keys.arns["cache"]
}

module "search" {
  source       = "./modules/search"
  count        = contains(var.parts, "search") ? 1 : 0
  name         = local.name
  account_id   = var.account_id
  region       = local.region
  vpc_id       = module.network.vpc_id
  subnet_ids   = module.network.data_subnet_ids
  clients      = module.network.private_cidrs
  size         = var.search
  key_arn      = module.keys.arns["search"]
  logs_key_arn = module.keys.arns["logs"]
}
