"""The same models on Apache Spark, with Iceberg tables."""
