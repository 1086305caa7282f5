//! E-mails, and the calendar's file.

use crate::words::Counted;
use crate::words::mail::{CalendarWords, MailWords, Said};

pub(super) const MAIL: MailWords = MailWords {
    hello: |name| format!("नमस्ते {name},"),
    picture_of: |name| format!("{name} के टिकट का क्यूआर कोड"),
    show_this: "गेट पर यह दिखाएँ। एक व्यक्ति, एक प्रवेश।",
    no_picture: "तस्वीर नहीं दिख रही? वह साथ में भी लगी है, और लिंक से खुलने वाले पेज पर हमेशा मिलेगी।",
    keep_it: Counted {
        one: "जिसके पास यह ई-मेल या इसका लिंक है, वह टिकट इस्तेमाल कर सकता है, इसलिए इसे किसी और को न भेजें।",
        several: "जिसके पास यह ई-मेल या इसका लिंक है, वह सारे टिकट इस्तेमाल कर सकता है, इसलिए जो अकेले आएँ, उन्हें केवल उनके कोड की तस्वीर \
                  भेजें।",
    },
    why_you: "यह ई-मेल आपको इसलिए मिला है क्योंकि एक बुकिंग में यही पता दिया गया था।",
    when: "कब",
    doors: "प्रवेश",
    place: "कहाँ",
    ticket: |event, tickets| {
        let one = tickets == 1;
        let (yours, here) = if one {
            ("आपका टिकट", "टिकट यह रहा, और आपकी बुकिंग के पेज पर भी है")
        } else {
            ("आपके टिकट", "टिकट ये रहे, और आपकी बुकिंग के पेज पर भी हैं")
        };
        Said {
            subject: format!("{event}: {yours}"),
            heading: yours.into(),
            lines: vec![format!("आपकी बुकिंग पूरी हो गई है। {here}।")],
            link: if one {
                "मेरा टिकट खोलें"
            } else {
                "मेरे टिकट खोलें"
            },
        }
    },
    held: |event, until, seats| {
        let one = seats == 1;
        let heading = if one {
            "आपकी सीट रखी गई है"
        } else {
            "आपकी सीटें रखी गई हैं"
        };
        let yours = if one {
            format!("सीट {until} तक आपकी है")
        } else {
            format!("सीटें {until} तक आपकी हैं")
        };
        let there = if one {
            "आपका टिकट वहीं मिलेगा"
        } else {
            "आपके टिकट वहीं मिलेंगे"
        };
        Said {
            subject: format!("{event}: आपकी बुकिंग"),
            heading: heading.into(),
            lines: vec![
                format!("आपने बुकिंग कर ली है, पर अभी भुगतान नहीं किया है। {yours}।"),
                format!("अपनी बुकिंग के पेज पर भुगतान करें; {there}।"),
            ],
            link: "मेरी बुकिंग खोलें",
        }
    },
    money_back: |event| Said {
        subject: format!("{event}: आपके पैसे वापस आ रहे हैं"),
        heading: "आपके पैसे वापस आ रहे हैं".into(),
        lines: vec![
            "इस बुकिंग का अब कोई मान्य टिकट नहीं है। आपने जितना भुगतान किया था, वह उसी खाते में लौट रहा है जिससे वह आया था।".into(),
            "पैसे कहाँ तक पहुँचे और क्यों लौट रहे हैं, यह आपकी बुकिंग के पेज पर लिखा है।".into(),
        ],
        link: "मेरी बुकिंग खोलें",
    },
};

pub(super) const CALENDAR: CalendarWords = CalendarWords {
    doors_open: |at| format!("प्रवेश {at} से।"),
    ticket: |address| format!("आपका टिकट: {address}"),
};
