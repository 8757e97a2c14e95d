variable "account_id" {
  type        = string
  description = "The AWS account of the place: one account holds one place."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id: an AWS account has 12 digits."
  }
}

variable "place" {
  type        = string
  description = "Which place of stack/mesh/places.py this is."

  validation {
    condition     = contains(keys(local.catalogue.places), var.place)
    error_message = "place: there is no \"${var.place}\": one of ${join(", ", keys(local.catalogue.places))}."
  }
}

variable "region" {
  type        = string
  default     = null
  description = "Where the place is; null for the region that k8s/overlays says too. Another one after a failover."

  validation {
    condition     = contains(local.lawful, coalesce(var.region, local.place.region, "none"))
    error_message = "region: ${var.place} keeps personal data in the area ${try(local.place.area, "-")}, and ${coalesce(var.region, local.place.region, "none")} is no region of it: one of ${join(", ", local.lawful)}."
  }
}

variable "zones" {
  type        = list(string)
  default     = ["a", "b", "c"]
  description = "Letters of the three availability zones: quorums of three survive the loss of one."

  validation {
    condition     = length(distinct(var.zones)) == 3
    error_message = "zones: three different zones are needed, for quorums of three."
  }
}

variable "cidr" {
  type        = string
  default     = "10.40.0.0/16"
  description = "Addresses of the network, a /16."

  validation {
    condition     = can(cidrnetmask(var.cidr)) && endswith(var.cidr, "/16")
    error_message = "cidr: a /16 in CIDR notation is needed, such as 10.40.0.0/16."
  }
}

variable "bucket_suffix" {
  type        = string
  default     = null
  description = "What the names of buckets end with, which are one name space for the whole world; null for the place and the account."

  validation {
    condition     = var.bucket_suffix == null || can(regex("^[a-z0-9-]{1,30}$", var.bucket_suffix))
    error_message = "bucket_suffix: 1 to 30 of a-z, 0-9 and -."
  }
}

variable "parts" {
  type        = set(string)
  default     = ["bus", "cache", "documents", "search"]
  description = "Which of the parts that may also be had elsewhere are made here: MSK, ElastiCache, DocumentDB, OpenSearch."

  validation {
    condition     = length(setsubtract(var.parts, ["bus", "cache", "documents", "search"])) == 0
    error_message = "parts: there is no ${join(", ", setsubtract(var.parts, ["bus", "cache", "documents", "search"]))}: bus, cache, documents and search."
  }
}

variable "backup_days" {
  type        = number
  default     = 14
  description = "For how many days a store can be taken back to any moment."

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 30
    error_message = "backup_days: 1 to 30. An older backup would bring back people who are erased, for longer than docs/privacy.md promises."
  }
}

variable "administrators" {
  type        = set(string)
  default     = []
  description = "ARNs of the IAM roles that administer the cluster."

  validation {
    condition     = alltrue([for arn in var.administrators : can(regex("^arn:[a-z-]+:iam::${var.account_id}:role/", arn))])
    error_message = "administrators: ARNs of roles of account ${var.account_id} are needed."
  }
}

variable "api_readers" {
  type        = set(string)
  default     = []
  description = "CIDR blocks from which the API of Kubernetes is reached from outside; empty for none."

  validation {
    condition     = alltrue([for block in var.api_readers : can(cidrnetmask(block)) && !endswith(block, "/0")])
    error_message = "api_readers: blocks in CIDR notation, and not the whole internet."
  }
}

variable "client_authorities" {
  type        = set(string)
  default     = []
  description = "ARNs of the AWS Private CAs whose certificates clients of Kafka show; OpenBao's engine `pki` is an authority under one of them."

  validation {
    condition     = alltrue([for arn in var.client_authorities : can(regex("^arn:[a-z-]+:acm-pca:", arn))])
    error_message = "client_authorities: ARNs of AWS Private CA are needed, as arn:aws:acm-pca:…"
  }

  validation {
    condition     = length(var.client_authorities) > 0 || !contains(var.parts, "bus")
    error_message = "client_authorities: Kafka knows its clients by certificates, so it needs their authority; or leave \"bus\" out of parts."
  }
}

variable "redis_password" {
  type        = string
  default     = null
  sensitive   = true
  description = "The password of the user at ElastiCache; also the field redis-password of the secret of its service."

  validation {
    condition     = var.redis_password == null || can(regex("^[A-Za-z0-9_-]{32,128}$", var.redis_password))
    error_message = "redis_password: 32 to 128 of A-Z, a-z, 0-9, _ and -."
  }

  validation {
    condition     = var.redis_password != null || !contains(var.parts, "cache")
    error_message = "redis_password: ElastiCache is not made without a password: give one (TF_VAR_redis_password), or leave \"cache\" out of parts."
  }
}

variable "postgres" {
  type = object({
    each_service   = bool
    class          = string
    gigabytes      = number
    most_gigabytes = number
  })
  description = "One server for all services or one for each; its class, its disk, and how far that may grow."

  validation {
    condition     = var.postgres.gigabytes >= 20 && var.postgres.most_gigabytes > var.postgres.gigabytes
    error_message = "postgres: gigabytes is 20 at least, and most_gigabytes is more."
  }
}

variable "documents" {
  type        = object({ each_service = bool, class = string, instances = number })
  description = "One cluster of DocumentDB for all services or one for each; class and number of its instances, of which one writes."

  validation {
    condition     = var.documents.instances >= 1 && var.documents.instances <= 16
    error_message = "documents: 1 to 16 instances."
  }
}

variable "bus" {
  type        = object({ class = string, brokers = number, gigabytes = number })
  description = "Class and number of the brokers, and the disk of each."

  validation {
    condition     = var.bus.brokers >= 3 && var.bus.brokers % 3 == 0
    error_message = "bus: brokers is a multiple of three, as many in each zone."
  }
}

variable "cache" {
  type        = object({ class = string })
  description = "Class of ElastiCache's two nodes."
}

variable "search" {
  type        = object({ class = string, gigabytes = number })
  description = "Class of OpenSearch's three nodes, and the disk of each."
}

variable "nodes" {
  type        = object({ class = string, fewest = number, most = number })
  description = "Class of the cluster's nodes, and how many there may be."

  validation {
    condition     = var.nodes.fewest >= 3 && var.nodes.most >= var.nodes.fewest
    error_message = "nodes: fewest is 3 at least, one in each zone, and most is no less."
  }
}

variable "kubernetes" {
  type        = string
  default     = "1.33"
  description = "Version of EKS."

  validation {
    condition     = try(tonumber(split(".", var.kubernetes)[1]) >= 29, false)
    error_message = "kubernetes: 1.29 or later, as docs/platform.md asks for."
  }
}

variable "addons" {
  type        = set(string)
  default     = ["aws-ebs-csi-driver", "coredns", "kube-proxy", "metrics-server", "vpc-cni"]
  description = "What EKS itself keeps up to date in the cluster."
}

variable "kept_for_good" {
  type        = bool
  default     = true
  description = "Whether what holds data refuses to be deleted."

  validation {
    condition     = var.kept_for_good || local.place.passing
    error_message = "kept_for_good: the stores of ${var.place} hold what must not go; they are not made so that they can be deleted."
  }
}
