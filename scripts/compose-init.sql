-- Run once by the PostgreSQL image; the operational database is its POSTGRES_DB.
create database loadline_warehouse;
