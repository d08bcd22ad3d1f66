-- Run once by the PostgreSQL image, as its superuser. Loadline gets no more than it needs: it owns its two databases,
-- may read the log, and may take on the two roles that its pages and its accounts are kept with.
\getenv password LOADLINE_DB_PASSWORD
create role loadline login replication password :'password';
create role loadline_pages nologin;
create role loadline_access nologin;
grant loadline_pages, loadline_access to loadline;
create database loadline_source owner loadline;
create database loadline_warehouse owner loadline;
