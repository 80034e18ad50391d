use super::is_imposter;
use crate::catalog::{Area, Catalog};
use crate::presets::{studio, tenant};

/// CAT-18: a catalog of another id that was crafted to have the stamp of a known one.
#[test]
fn a_stamp_that_collides_is_an_imposters() {
    let known = studio::catalog();
    let built = || Catalog::builder("crafted/1").area(Area::levels("knowledge")).build().ok();
    let other = built().filter(|other| !is_imposter(other, &known));
    let crafted = built().map(|crafted| crafted.with_stamp(known.stamp()));
    assert_eq!(crafted.as_ref().map(Catalog::stamp), Some(known.stamp()));
    assert!(other.is_some());
    assert!(crafted.is_some_and(|crafted| is_imposter(&crafted, &known)));
    assert!(!is_imposter(&known, &known));
    assert!(!is_imposter(&known, &tenant::catalog()));
}
