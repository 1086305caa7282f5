//! What the simulator's pages have in common.

use axum::response::Html;

/// A whole page around its inner part, which must be escaped already.
pub(super) fn page(title: &str, inner: &str) -> Html<String> {
    let title = escaped(title);
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{title} · Razorpay simulator</title>
<style>{STYLE}</style>
</head>
<body>
<p class="banner">Razorpay simulator – no real money</p>
<main>
{inner}
</main>
</body>
</html>
"#
    ))
}

const STYLE: &str = "
:root{color-scheme:light dark;--ground:#f3f5f9;--paper:#fff;--ink:#16233b;--quiet:#5a6780;--line:#d5dbe6;--go:#0b5cd5;--stop:#b3261e}
@media(prefers-color-scheme:dark){:root{--ground:#0e1420;--paper:#182132;--ink:#e8edf6;--quiet:#9fabc2;--line:#33405a;--go:#3c82f0;--stop:#d9544b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:17px/1.5 system-ui,sans-serif}
.banner{margin:0;padding:.6rem 1rem;background:#ffd54d;color:#3a2c00;text-align:center;font-weight:600}
main{max-width:30rem;margin:1.5rem auto;padding:0 1rem}
main:has(table){max-width:70rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:1.25rem}
.card>:last-child{margin-bottom:0}
h1{font-size:1.25rem;margin:0 0 .5rem}
h2{font-size:1.05rem;margin:2rem 0 .5rem}
.amount{font-size:2.25rem;font-weight:700;margin:.25rem 0 1rem}
.quiet{color:var(--quiet);font-size:.9rem;overflow-wrap:anywhere}
.notice{border-left:4px solid var(--stop);padding:.5rem .75rem;margin:0 0 1rem}
.notice#paid{border-color:#1a7f37}
form{margin:.75rem 0 0}
button{width:100%;min-height:3.25rem;border-radius:10px;border:1px solid var(--line);background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer}
button.go{background:var(--go);border-color:var(--go);color:#fff}
button.stop{border-color:var(--stop)}
button:focus-visible,a:focus-visible{outline:3px solid #ffd54d;outline-offset:2px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;background:var(--paper)}
th,td{border:1px solid var(--line);padding:.4rem .6rem;text-align:left;white-space:nowrap}
a{color:var(--go)}
";

/// Text as it may stand in an element or a quoted attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// An amount as a guest reads it.
pub(super) fn amount(paise: i64, currency: &str) -> String {
    let sign = if currency == "INR" { "₹".to_owned() } else { format!("{} ", escaped(currency)) };
    match paise % 100 {
        0 => format!("{sign}{}", paise / 100),
        rest => format!("{sign}{}.{rest:02}", paise / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escaped(r#"<b a='x'>"&""#), "&lt;b a=&#39;x&#39;&gt;&quot;&amp;&quot;");
        assert!(page("<script>", "").0.contains("<title>&lt;script&gt; · "));
    }

    #[test]
    fn amounts_have_paise_only_where_there_are_any() {
        assert_eq!(amount(49_900, "INR"), "₹499");
        assert_eq!(amount(10_005, "INR"), "₹100.05");
        assert_eq!(amount(100, "USD"), "USD 1");
    }
}
