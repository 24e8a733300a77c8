//! How many faults are told.

use quotidien::domain::field_error::{FieldCode, FieldErrors};

/// A body that is made to have faults is answered by no more text than others.
#[test]
fn two_thousand_faults_are_told_at_most() {
    let many = || {
        let mut errors = FieldErrors::new();
        for index in 0..1_500 {
            errors.push(&format!("/items/{index}"), FieldCode::WrongType);
        }
        errors
    };
    let mut errors = many();
    assert_eq!(errors.as_slice().len(), 1_500);
    errors.append(many());
    assert_eq!(errors.as_slice().len(), 2_000);
    errors.push("/one/more", FieldCode::WrongType);
    assert_eq!(errors.as_slice().len(), 2_000);
    assert_eq!(errors.as_slice()[..1_500], many().as_slice()[..], "the first stay");
}
