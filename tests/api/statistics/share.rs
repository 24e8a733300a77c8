//! Shares add up to 100.

use proptest::prelude::*;
use quotidien::statistics::share::percentages;

#[test]
fn shares_are_rounded_by_the_largest_remainder() {
    assert_eq!(percentages(&[1, 1, 1]), Some(vec![34, 33, 33]));
    assert_eq!(percentages(&[628, 195, 36]), Some(vec![73, 23, 4]));
    assert_eq!(percentages(&[2, 1]), Some(vec![67, 33]));
    assert_eq!(percentages(&[0, 7]), Some(vec![0, 100]));
    // Of 200 equal parts the first 100 are rounded up to 1 %, and the others down to 0 %.
    let shares = percentages(&[1; 200]).unwrap();
    assert_eq!((shares[0], shares[99], shares[100], shares[199]), (1, 1, 0, 0));
}

#[test]
fn nothing_has_no_shares() {
    assert_eq!(percentages(&[]), None);
    assert_eq!(percentages(&[0, 0]), None);
}

proptest! {
    #[test]
    fn shares_add_up_to_100_and_none_is_a_point_off(parts in prop::collection::vec(0..1_000_000_i64, 1..60)) {
        let total: i64 = parts.iter().sum();
        prop_assume!(total > 0);
        let shares = percentages(&parts).unwrap();
        prop_assert_eq!(shares.iter().sum::<i64>(), 100);
        for (part, share) in parts.iter().zip(&shares) {
            prop_assert!((share * total - part * 100).abs() < total, "{} of {}: {}", part, total, share);
            prop_assert!(*part > 0 || *share == 0, "nothing has a share");
        }
    }
}
