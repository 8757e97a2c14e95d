"""What an SRE sees and is told: objectives, alerts and dashboards, as one list from which all files are made."""
