//! Few ids, many, and the way from the one to the other.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::few::MOST;
use super::{FEW_AGAIN, Ids};

#[track_caller]
fn check(ids: &Ids, expected: &[(String, u32)]) {
    assert_eq!(ids.len(), expected.len());
    let in_order: Vec<&str> = ids.having(|_| true).collect();
    let names: Vec<&str> = expected.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(in_order, names);
    for (id, number) in expected {
        assert_eq!(ids.find(id), Some(*number), "{id}");
        let of_number: Vec<&str> = ids.having(|one| one == *number).collect();
        assert!(of_number.contains(&id.as_str()));
    }
    for unknown in ["", "nobody", "n999", "999x\0"] {
        assert_eq!(ids.find(unknown), None, "{unknown}");
    }
}

/// Names of which many share their end, and so their tag.
fn name(number: usize) -> String {
    match number % 4 {
        0 => format!("{number}"),
        1 => format!("n{number}same"),
        2 => format!("{number:0>200}"),
        _ => {
            format!("{}é", char::from(b'a' + u8::try_from(number % 26).unwrap_or_default()))
                + &format!("{number}xx")
        }
    }
}

#[test]
fn few_become_many_and_few_again() {
    let (mut ids, mut expected) = (Ids::default(), Vec::<(String, u32)>::new());
    for number in 0..MOST + 10 {
        let (id, value) = (name(number), u32::try_from(number * 70_000).unwrap_or_default());
        assert_eq!(ids.insert(&id, value), None);
        expected.push((id, value));
        assert_eq!(matches!(ids, Ids::Few(_)), number < MOST);
        check(&ids, &expected);
    }
    // From anywhere, while they are few and while they are many.
    for at in [3, 0, 17, 20].into_iter().cycle() {
        if expected.is_empty() {
            break;
        }
        let (id, number) = expected.remove(at % expected.len());
        assert_eq!(ids.remove(&id), Some(number));
        assert_eq!(ids.remove(&id), None);
        check(&ids, &expected);
        if expected.len() <= FEW_AGAIN {
            assert!(matches!(ids, Ids::Few(_)));
        }
    }
}

#[test]
fn another_number_keeps_the_place() {
    let mut ids = Ids::default();
    let mut expected: Vec<(String, u32)> = (0..MOST).map(|number| (name(number), 1)).collect();
    for (id, number) in &expected {
        ids.insert(id, *number);
    }
    let copy = ids.clone();
    // The last that there is room for, and one in the middle.
    for at in [MOST - 1, 9] {
        if let Some((id, number)) = expected.get_mut(at) {
            *number = u32::MAX;
            assert_eq!(ids.insert(id, u32::MAX), Some(1));
        }
        check(&ids, &expected);
    }
    assert_eq!(copy.having(|number| number == 1).count(), MOST);
}

/// Nobody has an id that is too long.
#[test]
fn an_id_that_is_too_long_is_ignored() {
    let mut ids = Ids::default();
    let long = "x".repeat(256);
    assert_eq!(ids.insert(&long, 1), None);
    assert_eq!((ids.find(&long), ids.remove(&long), ids.len()), (None, None, 0));
    let longest = "x".repeat(255);
    ids.insert(&longest, 1);
    assert_eq!(ids.find(&longest), Some(1));
}
