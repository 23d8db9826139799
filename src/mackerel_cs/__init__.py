"""mackerel-cs: the command line, simulator, collector and publisher around the dbt project."""
