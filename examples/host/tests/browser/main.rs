//! The pages as people meet them: a real browser, clicked through as a person does.
//!
//! Chromium is driven by chromedriver where Debian's packages `chromium` and `chromium-driver`
//! are installed; elsewhere that is said to be left out. With `BAILIWICK_SCREENSHOTS=FOLDER` every
//! page is also drawn, as wide as a desk and as a phone.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod agency;
mod browser;
mod every_page;
mod keyboard;
mod people;
mod permissions;
