# What the project itself says: `python -m stack.aws catalogue` writes the file, a test holds it.
locals {
  catalogue = jsondecode(file("${path.module}/catalogue.json"))
  # Of a place or a region that there is not, the validations of the variables say so.
  place  = try(local.catalogue.places[var.place], { host = "", region = "", area = "", passing = false })
  region = coalesce(var.region, local.place.region, "none")
  lawful = try(local.catalogue.areas[local.place.area], [])
  zones  = [for letter in var.zones : "${local.region}${letter}"]
  name   = "loanflow-${var.place}"
  suffix = coalesce(var.bucket_suffix, "${var.place}-${var.account_id}")

  buckets = {
    for who, bucket in local.catalogue.buckets :
    who => { name = "${bucket.name}-${local.suffix}", retention_days = bucket.retention_days }
  }
  # Names are known before anything is made, so policies can be read in a plan.
  arns = { for who, bucket in local.buckets : who => "arn:aws:s3:::${bucket.name}" }

  # One `all`, or one for each service that keeps its state there.
  postgres  = toset(var.postgres.each_service ? local.catalogue.databases.postgres : ["all"])
  documents = toset(var.documents.each_service ? local.catalogue.databases.mongo : ["all"])
}
