-- Who may see and do what. In a schema of its own, so that a BI user of the numbers has no way to it.
create schema access;
revoke all on schema access from public;

-- An organisation that shares the installation and sees its own regions only.
create table access.tenants (
    tenant_id int generated always as identity primary key,
    -- never digits alone: a signed claim may name a tenant by its number too
    code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,31}$' and code ~ '[a-z]'),
    name text not null check (length(name) between 1 and 64),
    version int not null default 1,
    created_at timestamptz not null default now()
);

-- A region belongs to at most one tenant; the others belong to the operator of the installation.
create table access.tenant_regions (
    region_id int primary key,
    tenant_id int not null references access.tenants
);
create index tenant_regions_tenant on access.tenant_regions (tenant_id);

create domain access.level as text check (value in ('none', 'view', 'operate', 'manage'));

create table access.accounts (
    account_id bigint generated always as identity primary key,
    name text not null check (length(name) between 1 and 64),
    -- names with the same key are the same name
    name_key text not null unique,
    display_name text not null check (length(display_name) between 1 and 64),
    -- null: the operator of the installation
    tenant_id int references access.tenants,
    dispatch_level access.level not null,
    billing_level access.level not null,
    data_level access.level not null,
    system_level access.level not null,
    -- all regions of the tenant (of the installation without one), also future ones
    all_regions boolean not null,
    -- PHC string; null until a one-time link is used
    password_hash text,
    must_change_password boolean not null default true,
    password_set_at timestamptz,
    lang text check (lang in ('zh', 'en')),
    theme text check (theme in ('grey', 'dark')),
    disabled_at timestamptz,
    version int not null default 1,
    created_at timestamptz not null default now()
);
create index accounts_tenant on access.accounts (tenant_id);

create table access.account_regions (
    account_id bigint not null references access.accounts on delete cascade,
    region_id int not null,
    primary key (account_id, region_id)
);

-- One-time links: the first password, or a new one. Only the hash is stored.
create table access.invitations (
    token_hash bytea primary key,
    account_id bigint not null references access.accounts on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index invitations_account on access.invitations (account_id);

-- Sessions as the session layer keeps them.
create table access.session (
    id text primary key not null,
    data bytea not null,
    expiry_date timestamptz not null
);
create index session_expiry on access.session (expiry_date);

-- Who signed in where; a session is good while its login is.
create table access.logins (
    login_id bigint generated always as identity primary key,
    account_id bigint not null references access.accounts on delete cascade,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    ended_at timestamptz,
    address text not null,
    user_agent text not null
);
create index logins_account on access.logins (account_id, created_at);
create index logins_created on access.logins (created_at);

-- Failed attempts per address, per account, and per account from one address.
create table access.login_failures (
    kind text not null check (kind in ('address', 'account', 'pair')),
    key text not null,
    failures int not null,
    -- the first of the failures that are counted together
    since_at timestamptz not null,
    last_at timestamptz not null,
    primary key (kind, key)
);
create index login_failures_last on access.login_failures (last_at);

-- Addresses that an account signed in from: they stay open while others are slowed down.
create table access.known_addresses (
    account_id bigint not null references access.accounts on delete cascade,
    address text not null,
    last_login_at timestamptz not null,
    primary key (account_id, address)
);

create table access.tokens (
    token_id bigint generated always as identity primary key,
    name text not null check (length(name) between 1 and 64),
    -- the beginning, to be recognised by
    prefix text not null,
    token_hash bytea not null unique,
    tenant_id int references access.tenants,
    dispatch_level access.level not null,
    billing_level access.level not null,
    data_level access.level not null,
    system_level access.level not null,
    all_regions boolean not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    last_address text
);
create table access.token_regions (
    token_id bigint not null references access.tokens on delete cascade,
    region_id int not null,
    primary key (token_id, region_id)
);

create table access.wall_links (
    link_id bigint generated always as identity primary key,
    name text not null check (length(name) between 1 and 64),
    tenant_id int references access.tenants,
    all_regions boolean not null,
    layouts text[] not null check (cardinality(layouts) > 0),
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_seen_at timestamptz,
    last_address text
);
create table access.wall_link_regions (
    link_id bigint not null references access.wall_links on delete cascade,
    region_id int not null,
    primary key (link_id, region_id)
);

-- Keys that this installation made for itself.
create table access.secrets (
    name text primary key,
    value bytea not null,
    created_at timestamptz not null default now()
);

-- The regions below these, themselves included.
create function access.below(granted int[]) returns setof int language sql stable as $$
    with recursive parent as (
        select distinct on (region_id) region_id, parent_id
          from public.ods_region_profile order by region_id, valid_from desc
    ), below as (
        select unnest(granted) as region_id
        union
        select p.region_id from parent p join below b on p.parent_id = b.region_id
    )
    select region_id from below
$$;

-- What somebody with these grants sees; null stands for everything.
create function access.visible(tenant int, everything boolean, granted int[]) returns int[] language sql stable as $$
    select case
        when tenant is null and everything then null
        when tenant is null then array(select access.below(granted))
        when everything then array(select region_id from access.tenant_regions where tenant_id = tenant)
        else array(select region_id from access.tenant_regions
                    where tenant_id = tenant and region_id in (select access.below(granted)))
    end
$$;
revoke all on function access.below(int[]), access.visible(int, boolean, int[]) from public;

grant usage on schema access to loadline_access;
grant select, insert, update, delete on all tables in schema access to loadline_access;
grant execute on function access.below(int[]), access.visible(int, boolean, int[]) to loadline_access;
grant select on ods_region_profile to loadline_access;
create policy every_region on ods_region_profile for select to loadline_access using (true);
