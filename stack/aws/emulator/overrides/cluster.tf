# What the emulator takes and does not give back, or gives back without having been told.
resource "aws_eks_cluster" "this" {
  lifecycle {
    ignore_changes = [access_config]
  }
}

resource "aws_launch_template" "nodes" {
  lifecycle {
    ignore_changes = [tag_specifications]
  }
}

resource "aws_eks_node_group" "this" {
  lifecycle {
    ignore_changes = [remote_access, update_config]
  }
}
