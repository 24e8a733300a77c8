//! Rows that are put into their tables: SQLite takes a few by one statement, PostgreSQL all, each column as an array. Each statement is a
//! text that never changes, with the values in the order of the columns: diesel goes through a statement of its own several times before
//! each row, to find out whether the text is still the same.

use std::array::from_ref;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

/// A row that PostgreSQL takes together with others.
pub(super) trait ByColumns: Sized + 'static {
    /// The beginning of the statement that adds rows. `?` stands for their columns.
    const ADD: &'static str;
    /// Its end where it changes rows that have the same keys; empty where rows are only added.
    const ON_CONFLICT: &'static str;

    /// A parameter for each column.
    fn columns(rows: &[Self]) -> Box<dyn QueryFragment<Pg> + '_>;
}

/// How many rows SQLite takes by one statement: twice as many would leave more of a batch over, which are taken one by one.
const TOGETHER: usize = 4;

/// Rows to add; with `REPLACE`, what older rows of the same keys become.
pub(super) struct Put<'r, R, const REPLACE: bool, const ROWS: usize>(&'r [R; ROWS]);

/// Adds rows. Where one cannot be, those before it may have been added: the transaction is taken back then.
pub(super) fn add<R: 'static>(connection: &mut SqliteConnection, rows: &[R]) -> QueryResult<()>
where
    for<'r> Put<'r, R, false, TOGETHER>: QueryFragment<Sqlite>,
    for<'r> Put<'r, R, false, 1>: QueryFragment<Sqlite>,
{
    let (groups, rest) = rows.as_chunks::<TOGETHER>();
    for group in groups {
        Put::<R, false, TOGETHER>(group).execute(connection)?;
    }
    for row in rest {
        Put::<R, false, 1>(from_ref(row)).execute(connection)?;
    }
    Ok(())
}

/// Adds rows, or changes those that have their keys into them. No row is deleted for another, as `REPLACE` would do: SQLite would
/// look through all rows that refer to the old one, such as each version of a report.
pub(super) fn replace<R: 'static>(connection: &mut SqliteConnection, rows: &[R]) -> QueryResult<()>
where
    for<'r> Put<'r, R, true, 1>: QueryFragment<Sqlite>,
{
    for row in rows {
        Put::<R, true, 1>(from_ref(row)).execute(connection)?;
    }
    Ok(())
}

impl<'r, R, const REPLACE: bool, const ROWS: usize> Put<'r, R, REPLACE, ROWS> {
    /// How the statement begins. SQLite would keep every page as it was before a statement of several rows, to take them back alone
    /// where one cannot be added, if it were not told to leave them.
    pub(super) const BEGINNING: &'static str = if REPLACE {
        "INSERT INTO "
    } else {
        "INSERT OR FAIL INTO "
    };

    /// The rows.
    pub(super) const fn rows(&self) -> &'r [R; ROWS] {
        self.0
    }
}

impl<R: 'static, const REPLACE: bool, const ROWS: usize> QueryId for Put<'_, R, REPLACE, ROWS> {
    type QueryId = Put<'static, R, REPLACE, ROWS>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R, const REPLACE: bool, const ROWS: usize> RunQueryDsl<SqliteConnection> for Put<'_, R, REPLACE, ROWS> {}

/// Declares a row and how it is put into its table: added, or, when the columns of its key stand in a block of their own, also changed
/// into what a row of the same key is to be. The declaration compiles only when its fields are the columns of the table, in order.
macro_rules! put_by_columns {
    (
        $table:ident,
        $(#[$of_row:meta])*
        $public:vis struct $row:ident {
            key {
                $(#[$of_first:meta])*
                $first_public:vis $first:ident: $first_type:ty,
                $($(#[$of_key:meta])* $key_public:vis $key:ident: $key_type:ty,)*
            }
            $(#[$of_next:meta])*
            $next_public:vis $next:ident: $next_type:ty,
            $($(#[$of_column:meta])* $column_public:vis $column:ident: $type:ty,)*
        }
    ) => {
        $crate::storage::put::put_by_columns! {
            @row $table, REPLACE: {const REPLACE: bool,},
            concat!(
                " ON CONFLICT (", stringify!($first) $(, ", ", stringify!($key))*,
                ") DO UPDATE SET ", stringify!($next), " = excluded.", stringify!($next)
                $(, ", ", stringify!($column), " = excluded.", stringify!($column))*
            ),
            $(#[$of_row])*
            $public struct $row {
                $(#[$of_first])*
                $first_public $first: $first_type,
                $($(#[$of_key])* $key_public $key: $key_type,)*
                $(#[$of_next])*
                $next_public $next: $next_type,
                $($(#[$of_column])* $column_public $column: $type,)*
            }
        }
    };
    (@row
        $table:ident, $replace:tt: {$($parameter:tt)*}, $on_conflict:expr,
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

        impl<$($parameter)* const ROWS: usize> ::diesel::query_builder::QueryFragment<::diesel::sqlite::Sqlite>
            for $crate::storage::put::Put<'_, $row, $replace, ROWS>
        {
            fn walk_ast<'b>(
                &'b self,
                mut out: ::diesel::query_builder::AstPass<'_, 'b, ::diesel::sqlite::Sqlite>,
            ) -> ::diesel::QueryResult<()> {
                const _: ($table::$first, $($table::$column,)*) = $table::all_columns;
                out.push_sql(Self::BEGINNING);
                out.push_sql(concat!(
                    stringify!($table), " (", stringify!($first) $(, ", ", stringify!($column))*, ") VALUES ("
                ));
                for (index, row) in self.rows().iter().enumerate() {
                    if index > 0 {
                        out.push_sql("), (");
                    }
                    out.push_bind_param::<::diesel::dsl::SqlTypeOf<$table::$first>, _>(&row.$first)?;
                    $(
                        out.push_sql(", ");
                        out.push_bind_param::<::diesel::dsl::SqlTypeOf<$table::$column>, _>(&row.$column)?;
                    )*
                }
                out.push_sql(")");
                if $replace {
                    out.push_sql($on_conflict);
                }
                Ok(())
            }
        }

        impl $crate::storage::put::ByColumns for $row {
            const ADD: &'static str = concat!(
                "INSERT INTO ", stringify!($table), " (",
                stringify!($first) $(, ", ", stringify!($column))*, ") SELECT * FROM unnest(?)"
            );
            const ON_CONFLICT: &'static str = $on_conflict;

            fn columns(rows: &[Self]) -> Box<dyn ::diesel::query_builder::QueryFragment<::diesel::pg::Pg> + '_> {
                struct Columns<'r> {
                    $first: Vec<&'r $first_type>,
                    $($column: Vec<&'r $type>,)*
                }

                impl ::diesel::query_builder::QueryFragment<::diesel::pg::Pg> for Columns<'_> {
                    fn walk_ast<'b>(
                        &'b self,
                        mut out: ::diesel::query_builder::AstPass<'_, 'b, ::diesel::pg::Pg>,
                    ) -> ::diesel::QueryResult<()> {
                        use ::diesel::sql_types::Array;

                        out.push_bind_param::<Array<::diesel::dsl::SqlTypeOf<$table::$first>>, _>(&self.$first)?;
                        $(
                            out.push_sql(", ");
                            out.push_bind_param::<Array<::diesel::dsl::SqlTypeOf<$table::$column>>, _>(&self.$column)?;
                        )*
                        Ok(())
                    }
                }

                Box::new(Columns {
                    $first: rows.iter().map(|row| &row.$first).collect(),
                    $($column: rows.iter().map(|row| &row.$column).collect(),)*
                })
            }
        }
    };
    ($table:ident, $($row:tt)+) => {
        $crate::storage::put::put_by_columns! { @row $table, false: {}, "", $($row)+ }
    };
}
pub(super) use put_by_columns;
