-- What the engine process says about itself; one row, rewritten every two seconds.
create table pipeline_status (
    id int primary key check (id = 1),
    status jsonb not null,
    updated_at timestamptz not null
);
