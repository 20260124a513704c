//! The schema, step by step: `migrations/{sqlite,postgres}/NNNN_name.sql`, the same names and tables on both sides.
//! A step that was released is never edited; the runner refuses one that was.

use crate::migrate::Migration;

/// Makes the list of steps out of their numbers and names: `"0001" "tenants";` stands for the two files
/// `migrations/sqlite/0001_tenants.sql` and `migrations/postgres/0001_tenants.sql`.
macro_rules! migrations {
    ($($version:literal $name:literal;)*) => {
        &[$(Migration {
            version: crate::migrate::version($version),
            name: $name,
            sqlite: include_str!(concat!("migrations/sqlite/", $version, "_", $name, ".sql")),
            postgres: include_str!(concat!("migrations/postgres/", $version, "_", $name, ".sql")),
        }),*]
    };
}

/// Every step, oldest first.
pub(crate) const ALL: &[Migration] = migrations! {
    "0001" "initial";
    "0002" "access";
    "0003" "api_token_scopes";
    "0004" "guesses";
    "0005" "identity_providers";
    "0006" "erasure";
    "0007" "plans";
    "0009" "llm";
    "0010" "notifications";
    "0011" "self_service_codes";
    "0012" "subscription_letters";
    "0013" "no_row_counts";
    "0014" "spans_of_the_log";
    "0015" "types_in_projects";
    "0016" "code_keys";
    // The next one goes here.
};
