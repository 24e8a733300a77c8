//! Rows that SQLite takes one by one. Each statement is a text that never changes, with the values in the order of the columns: diesel
//! goes through a statement of its own several times before each row, to find out whether the text is still the same.

use diesel::prelude::*;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

/// A row to add; with `REPLACE`, in the place of one that has the same key.
pub(super) struct Put<'r, R, const REPLACE: bool>(&'r R);

/// Adds rows.
pub(super) fn add<R: 'static>(connection: &mut SqliteConnection, rows: &[R]) -> QueryResult<()>
where
    for<'r> Put<'r, R, false>: QueryFragment<Sqlite>,
{
    for row in rows {
        Put::<R, false>(row).execute(connection)?;
    }
    Ok(())
}

/// Adds rows, or replaces those that have their keys. Rows that refer to one that is replaced stay, for foreign keys are checked at the
/// end of the statement.
pub(super) fn replace<R: 'static>(connection: &mut SqliteConnection, rows: &[R]) -> QueryResult<()>
where
    for<'r> Put<'r, R, true>: QueryFragment<Sqlite>,
{
    for row in rows {
        Put::<R, true>(row).execute(connection)?;
    }
    Ok(())
}

impl<'r, R, const REPLACE: bool> Put<'r, R, REPLACE> {
    /// The row.
    pub(super) const fn row(&self) -> &'r R {
        self.0
    }
}

impl<R: 'static, const REPLACE: bool> QueryId for Put<'_, R, REPLACE> {
    type QueryId = Put<'static, R, REPLACE>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R, const REPLACE: bool> RunQueryDsl<SqliteConnection> for Put<'_, R, REPLACE> {}

/// Declares a row and how it is put into its table. The declaration compiles only when its fields are the columns of the table, in
/// order.
macro_rules! put_by_columns {
    (
        $table:ident,
        $(#[$of_row:meta])*
        $public:vis struct $row:ident {
            $(#[$of_first:meta])*
            $first_public:vis $first:ident: $first_type:ty,
            $($(#[$of_column:meta])* $column_public:vis $column:ident: $type:ty,)*
        }
    ) => {
        $(#[$of_row])*
        #[diesel(table_name = $table)]
        $public struct $row {
            $(#[$of_first])*
            $first_public $first: $first_type,
            $($(#[$of_column])* $column_public $column: $type,)*
        }

        impl<const REPLACE: bool> ::diesel::query_builder::QueryFragment<::diesel::sqlite::Sqlite>
            for $crate::storage::put::Put<'_, $row, REPLACE>
        {
            fn walk_ast<'b>(
                &'b self,
                mut out: ::diesel::query_builder::AstPass<'_, 'b, ::diesel::sqlite::Sqlite>,
            ) -> ::diesel::QueryResult<()> {
                const _: ($table::$first, $($table::$column,)*) = $table::all_columns;
                out.push_sql(if REPLACE { "REPLACE" } else { "INSERT" });
                out.push_sql(concat!(
                    " INTO ", stringify!($table), " (", stringify!($first) $(, ", ", stringify!($column))*, ") VALUES ("
                ));
                out.push_bind_param::<::diesel::dsl::SqlTypeOf<$table::$first>, _>(&self.row().$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<::diesel::dsl::SqlTypeOf<$table::$column>, _>(&self.row().$column)?;
                )*
                out.push_sql(")");
                Ok(())
            }
        }
    };
}
pub(super) use put_by_columns;
