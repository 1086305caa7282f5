//! Which language an answer speaks: the one that the address names, which a
//! cookie then remembers; the one remembered; the one that the browser asks
//! for; English.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use url::form_urlencoded;

use super::App;
use crate::language::Language;
use crate::pages::Spoken;

/// The word in the address, and the cookie's name.
const LANG: &str = "lang";

/// A choice is remembered until the next year's festival.
const REMEMBERED_SECONDS: u32 = 365 * 24 * 60 * 60;

/// What an answer in a language depends on.
const VARY: HeaderValue = HeaderValue::from_static("accept-language, cookie");

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(chosen(parts.uri.query(), &parts.headers))
    }
}

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let language = chosen(parts.uri.query(), &parts.headers);
        Ok(match parts.method {
            Method::GET | Method::HEAD => Self::at(language, parts.uri.query().unwrap_or_default()),
            _ => Self::once(language),
        })
    }
}

fn chosen(query: Option<&str>, headers: &HeaderMap) -> Language {
    let remembered = || Language::parse(CookieJar::from_headers(headers).get(LANG)?.value());
    named(query).or_else(remembered).or_else(|| accepted(headers)).unwrap_or_default()
}

fn named(query: Option<&str>) -> Option<Language> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    pairs.find_map(|(name, value)| Language::parse(&value).filter(|_| name == LANG))
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    let lines: Vec<&str> = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|it| it.to_str().ok()).collect();
    Language::accepted(&lines.join(","))
}

/// Remembers what the address names, and says of each text which language it is
/// in: whoever keeps answers must not give one guest's to another.
pub(super) async fn remember(State(app): State<App>, language: Language, request: Request, next: Next) -> Response {
    let named = named(request.uri().query());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !is_in_a_language(headers) {
        return response;
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    headers.append(header::VARY, VARY);
    if let Some(language) = named {
        let secure = if app.settings.public_url.scheme() == "https" { "; Secure" } else { "" };
        let code = language.code();
        let cookie = format!("{LANG}={code}; Max-Age={REMEMBERED_SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}");
        headers.append(header::SET_COOKIE, HeaderValue::from_str(&cookie).expect("letters and digits"));
    }
    response
}

fn is_in_a_language(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    kind.starts_with(b"text/html") || kind.starts_with(b"text/calendar")
}
