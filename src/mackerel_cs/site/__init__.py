"""The documentation site: a start page, dbt's pages and the Data Docs, all readable offline."""
