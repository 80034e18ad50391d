//! USR-3, USR-6, USR-12, USR-13: invitations, seats, and what the host must do outside.

use serde_json::{Value, json};

use super::{account, give, user};

const DAY: i64 = 86_400_000;

fn about(command: &str, user: &str) -> Value {
    json!({"command": command, "user": user})
}

fn accept(generation: u64) -> Value {
    json!({"command": "accept", "user": "pat", "generation": generation})
}

#[test]
fn only_the_last_invitation_is_accepted() {
    let mut acme =
        account(&json!("tenant/1"), &json!([{"id": "ana", "role": "admin"}]), &json!({}));
    let invite = json!({"command": "invite", "user": "pat", "email": "pat@acme.example"});
    give(&mut acme, "ana", 5, &invite, "accepted");
    assert_eq!(user(&acme, "pat")["invitation"], json!({"sent": 5, "generation": 1}));
    let sent = json!({"do": "send_invitation", "user": "pat", "email": "pat@acme.example",
                      "generation": 1});
    assert_eq!(acme.said.outside, [sent]);
    give(&mut acme, "ana", 9, &about("resend", "pat"), "accepted");
    assert_eq!(user(&acme, "pat")["invitation"], json!({"sent": 9, "generation": 2}));
    assert_eq!(acme.said.outside[0]["generation"], 2);
    give(&mut acme, "host", 10, &accept(1), "invitation_superseded");
    give(&mut acme, "host", 10, &accept(3), "unknown_invitation");
    give(&mut acme.clone(), "host", 10, &about("accept", "pat"), "accepted");
    give(&mut acme, "host", 10, &accept(2), "accepted");
    let pat = user(&acme, "pat");
    assert_eq!(pat["last_sign_in"], 10);
    assert_eq!(pat.get("invitation"), None);
    give(&mut acme, "host", 11, &accept(2), "wrong_status");
}

/// Where no invitation is known of, none of any generation was sent.
#[test]
fn an_invitation_that_is_not_known_of() {
    let mut acme =
        account(&json!("tenant/1"), &json!([{"id": "pat", "status": "invited"}]), &json!({}));
    give(&mut acme.clone(), "host", 0, &about("accept", "pat"), "accepted");
    give(&mut acme.clone(), "host", 0, &accept(1), "unknown_invitation");
    let lifetime = json!({"command": "set_invitation_lifetime", "days": 1});
    give(&mut acme, "host", 0, &lifetime, "accepted");
    give(&mut acme, "host", 0, &about("accept", "pat"), "invitation_expired");
    give(&mut acme, "host", 1, &about("resend", "pat"), "accepted");
    give(&mut acme, "host", 2, &accept(1), "accepted");
}

#[test]
fn an_invitation_lasts_as_long_as_the_account_says() {
    let pat = json!({"id": "pat", "status": "invited", "invitation": {"sent": 7, "generation": 4}});
    let rest = json!({"invitation_lifetime": 2});
    let mut acme = account(&json!("tenant/1"), &json!([pat]), &rest);
    give(&mut acme.clone(), "host", 7 + 2 * DAY, &accept(4), "accepted");
    give(&mut acme.clone(), "host", -1_000, &accept(4), "accepted");
    give(&mut acme, "host", 8 + 2 * DAY, &accept(4), "invitation_expired");
    give(&mut acme, "host", 8 + 2 * DAY, &accept(3), "invitation_superseded");
    // Suspended and back: the invitation is what it was.
    give(&mut acme, "host", 9 + 2 * DAY, &about("suspend", "pat"), "accepted");
    assert_eq!(user(&acme, "pat")["invitation"]["generation"], 4);
    give(&mut acme, "host", 9 + 2 * DAY, &about("reactivate", "pat"), "accepted");
    give(&mut acme, "host", 9 + 2 * DAY, &about("accept", "pat"), "invitation_expired");
    let lifetime = |days: Value| json!({"command": "set_invitation_lifetime", "days": days});
    for days in [json!(0), json!(3_651), json!(-1), json!(1.5), json!("1")] {
        give(&mut acme, "host", 0, &lifetime(days), "invalid_lifetime");
    }
    give(&mut acme, "host", 0, &lifetime(json!(2)), "unchanged");
    give(&mut acme, "host", 0, &lifetime(json!(null)), "accepted");
    assert_eq!(acme.document().get("invitation_lifetime"), None);
    give(&mut acme, "host", i64::MAX, &about("accept", "pat"), "accepted");
}

/// Whoever reads the mail of a former address cannot accept.
#[test]
fn a_new_address_is_a_new_invitation() {
    let invitation = json!({"sent": 7, "generation": 4});
    let users = json!([
        {"id": "pat", "status": "invited", "invitation": invitation},
        {"id": "sam", "status": "suspended", "accepted": false, "invitation": invitation},
        {"id": "kim"},
    ]);
    let mut acme = account(&json!("tenant/1"), &users, &json!({}));
    let change =
        |id: &str| json!({"command": "change_email", "user": id, "email": format!("new-{id}@a.b")});
    give(&mut acme, "host", 9, &change("pat"), "accepted");
    let sent =
        json!({"do": "send_invitation", "user": "pat", "email": "new-pat@a.b", "generation": 5});
    assert_eq!(acme.said.outside, [sent]);
    give(&mut acme, "host", 9, &change("pat"), "unchanged");
    assert!(acme.said.outside.is_empty());
    give(&mut acme, "host", 9, &accept(4), "invitation_superseded");
    give(&mut acme, "host", 9, &change("sam"), "accepted");
    assert!(acme.said.outside.is_empty());
    assert_eq!(user(&acme, "sam")["invitation"], json!({"sent": 7, "generation": 5}));
    give(&mut acme, "host", 9, &change("kim"), "accepted");
    assert_eq!(acme.said.outside, [json!({"do": "end_sessions", "user": "kim"})]);
}

#[test]
fn sessions_end_with_what_carried_them() {
    let users = json!([{"id": "kim"}, {"id": "lee"}, {"id": "pat", "status": "invited"}]);
    let mut acme = account(&json!("tenant/1"), &users, &json!({}));
    let steps =
        [("suspend", "kim"), ("delete_user", "lee"), ("suspend", "pat"), ("delete_user", "pat")];
    let commands: Vec<Value> = steps.iter().map(|(name, id)| about(name, id)).collect();
    give(&mut acme, "host", 0, &json!({"command": "batch", "commands": commands}), "accepted");
    let ended = ["kim", "lee"].map(|id| json!({"do": "end_sessions", "user": id}));
    assert_eq!(acme.said.outside, ended);
    give(&mut acme, "host", 0, &about("suspend", "kim"), "wrong_status");
    assert!(acme.said.outside.is_empty());
}

#[test]
fn seats_are_free_reached_or_over() {
    let mut acme = account(&json!("tenant/1"), &json!([{"id": "ana"}, {"id": "kim"}]), &json!({}));
    assert_eq!(acme.seats(), json!({"used": 2}));
    let invite =
        |id: &str| json!({"command": "invite", "user": id, "email": format!("{id}@acme.example")});
    let limit = |limit: u64| json!({"command": "set_seat_limit", "limit": limit});
    give(&mut acme, "host", 0, &limit(3), "accepted");
    assert_eq!(acme.seats(), json!({"used": 2, "limit": 3, "free": 1}));
    give(&mut acme, "host", 0, &invite("u1"), "accepted");
    assert_eq!(acme.seats(), json!({"used": 3, "limit": 3, "reached": true}));
    give(&mut acme, "host", 0, &invite("u2"), "seat_limit");
    give(&mut acme, "host", 0, &limit(1), "accepted");
    assert_eq!(acme.seats(), json!({"used": 3, "limit": 1, "over": 2}));
    let warn = json!({"command": "set_seat_limit", "limit": 3, "seats": "warn"});
    give(&mut acme, "host", 0, &warn, "accepted");
    give(&mut acme, "host", 0, &invite("u2"), "accepted");
    assert_eq!(acme.said.outside[0], json!({"do": "warn_seats", "used": 4, "limit": 3}));
    assert_eq!(acme.said.outside[1]["do"], "send_invitation");
    // What is not said stays as it is.
    give(&mut acme, "host", 0, &limit(4), "accepted");
    assert_eq!(acme.document()["seats"], "warn");
    let refuse = json!({"command": "set_seat_limit", "limit": 4, "seats": "refuse"});
    give(&mut acme, "host", 0, &refuse, "accepted");
    assert_eq!(acme.document().get("seats"), None);
    give(&mut acme, "host", 0, &invite("u3"), "seat_limit");
}
