"""The preset programs: data only, one YAML file each."""
