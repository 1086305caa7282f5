//! The event and the form.

use common::email::{self, EmailFault};
use common::name::{self, NameFault};
use common::phone::PhoneFault;

use crate::form::{GuestFault, MOST_GUESTS};
use crate::pages::Notice;
use crate::words::Counted;
use crate::words::booking::{EventWords, FaultWords, FormWords, NoticeWords};

pub(super) const EVENT: EventWords = EventWords {
    label: "कार्यक्रम",
    doors_open: |at| format!("प्रवेश {at} से"),
    free: "निःशुल्क",
    last_seat: "आखिरी सीट",
    only_left: |seats| format!("बस {seats} सीटें बची हैं"),
};

pub(super) const FORM: FormWords = FormWords {
    check_details: "कृपया अपनी जानकारी जाँच लें",
    check_these: |faults| match faults {
        1 => "कृपया इसे ठीक करें".into(),
        faults => format!("कृपया ये {faults} बातें ठीक करें"),
    },
    for_one_seat: "एक सीट के लिए",
    first_name: "पहला नाम",
    first_name_hint: "गेट पर इसी नाम से आपका स्वागत होगा।",
    name_of_guest: |n| format!("व्यक्ति {n} का पहला नाम"),
    remove_guest: |n| format!("व्यक्ति {n} को हटाएँ"),
    add_guest: "एक और व्यक्ति जोड़ें",
    seats: |n| format!("{n} सीटें"),
    seats_together: |n, amount| format!("{n} सीटें, कुल {amount}"),
    phone_number: "फ़ोन नंबर",
    phone_number_hint: "दस अंक। नंबर किसी और देश का हो तो पहले + और उस देश का कोड।",
    email: "ई-मेल",
    optional: "(ज़रूरी नहीं)",
    email_hint: "केवल इसी बुकिंग के लिए।",
    book: Counted {
        one: "मेरी सीट बुक करें", several: "हमारी सीटें बुक करें"
    },
    go_on_to_payment: "भुगतान के लिए आगे बढ़ें",
    busy: "आपकी बुकिंग हो रही है…",
    then_free: "हर व्यक्ति का टिकट अगले पेज पर मिलेगा।",
    then_paid: "जब तक आप Razorpay के पेज पर भुगतान करते हैं, आपकी बुकिंग सुरक्षित रहेगी। फिर हर व्यक्ति का टिकट यहीं मिलेगा।",
    what_for: "आपका नाम, नंबर और ई-मेल पता केवल इस टिकट के लिए हैं: टिकट बनाने, गेट पर उसे जाँचने और आपके पूछने पर उसे ढूँढने के लिए।",
    who_takes_money: "भुगतान Razorpay लेता है; आपके कार्ड या बैंक की जानकारी हमारे पास कभी नहीं आती।",
    forgotten: |days| match days {
        1 => "कार्यक्रम के एक दिन बाद यह जानकारी मिटा दी जाती है।".into(),
        days => format!("कार्यक्रम के {days} दिन बाद यह जानकारी मिटा दी जाती है।"),
    },
    whom_to_ask: "आपके कहने पर आयोजक बताते हैं कि आपकी कौन-सी जानकारी रखी गई है, और उसे मिटा भी देते हैं।",
};

pub(super) const FAULTS: FaultWords = FaultWords { label: "गलती:", guest, phone, email };

fn guest(fault: GuestFault) -> String {
    match fault {
        GuestFault::Name(fault) => name(fault),
        GuestFault::Again => "यह नाम फ़ॉर्म में पहले से है; कृपया सरनेम का पहला अक्षर भी लिखें, जैसे आशा र.".into(),
        GuestFault::TooMany => {
            format!("एक बुकिंग में ज़्यादा से ज़्यादा {MOST_GUESTS} लोग हो सकते हैं; कृपया बाकी लोगों के लिए अलग से बुक करें।")
        }
    }
}

fn name(fault: NameFault) -> String {
    match fault {
        NameFault::Empty => "कृपया पहला नाम लिखें।".into(),
        NameFault::TooLong => {
            format!("नाम में ज़्यादा से ज़्यादा {} अक्षर हो सकते हैं; कृपया उसे छोटा करें।", name::MAX_CHARS)
        }
        NameFault::Digit => "नाम में अंक नहीं हो सकते; कृपया उन्हें हटा दें।".into(),
        NameFault::Invisible => "नाम में कुछ ऐसा है जो दिखाई नहीं देता; कृपया नाम फिर से लिखें।".into(),
        NameFault::Symbol(symbol) => {
            format!("नाम में केवल अक्षर, खाली जगह, ' - और . हो सकते हैं; कृपया “{symbol}” हटा दें।")
        }
        NameFault::NoLetter => "नाम में कम से कम एक अक्षर होना चाहिए।".into(),
    }
}

fn phone(fault: PhoneFault) -> String {
    match fault {
        PhoneFault::Empty => "कृपया फ़ोन नंबर लिखें।".into(),
        PhoneFault::Symbol(symbol) => {
            format!("फ़ोन नंबर में केवल अंक, खाली जगह, - . ( ) और सबसे पहले + हो सकते हैं; कृपया “{symbol}” हटा दें।")
        }
        PhoneFault::NotIndian => "भारत के मोबाइल नंबर में दस अंक होते हैं और वह 6, 7, 8 या 9 से शुरू होता है; कृपया जाँच लें।".into(),
        PhoneFault::NoCountry => {
            "कृपया भारत के मोबाइल नंबर के दस अंक लिखें; नंबर किसी और देश का हो तो + और उस देश का कोड भी।".into()
        }
        PhoneFault::Length => "देश के कोड के साथ फ़ोन नंबर में 8 से 15 अंक होते हैं; कृपया जाँच लें।".into(),
    }
}

fn email(fault: EmailFault) -> String {
    match fault {
        EmailFault::TooLong => {
            format!("ई-मेल पते में ज़्यादा से ज़्यादा {} अक्षर हो सकते हैं; कृपया छोटा पता लिखें या इसे खाली छोड़ दें।", email::MAX_CHARS)
        }
        EmailFault::NotAnAddress => "यह ई-मेल पता सही नहीं है; कृपया जाँच लें या इसे खाली छोड़ दें।".into(),
    }
}

pub(super) const NOTICE: NoticeWords = NoticeWords {
    title: |notice| match notice {
        Notice::Crowded { .. } | Notice::Unable { .. } => "इस समय बहुत लोग बुकिंग कर रहे हैं",
        Notice::TooFast { .. } => "कृपया थोड़ा रुकें",
        Notice::TooFew { .. } => "आप सबके लिए सीटें कम हैं",
    },
    why: |notice| match notice {
        Notice::Crowded { free: 0, .. } => {
            "आपकी बुकिंग पर अभी काम नहीं हो सका। कुछ पल पहले सभी सीटें भर चुकी थीं; जिस सीट का भुगतान नहीं होता, वह कुछ ही मिनटों \
             में फिर खाली हो जाती है।"
                .into()
        }
        Notice::Crowded { free, .. } => {
            let free = if free == 1 {
                "1 सीट खाली थी"
            } else {
                &format!("{free} सीटें खाली थीं")
            };
            format!("आपकी बुकिंग पर अभी काम नहीं हो सका। आपकी बारी नहीं गई, क्योंकि यहाँ कोई कतार नहीं है: कुछ पल पहले {free}।")
        }
        Notice::Unable { .. } => "आपकी बुकिंग अभी नहीं हो सकी। आपकी बारी नहीं गई।".into(),
        Notice::TooFast { .. } => {
            "आपके नेटवर्क से एक मिनट में बहुत सारी बुकिंग आई हैं। हो सकता है कि और लोग भी इसी नेटवर्क पर हों: मोबाइल का, दफ़्तर का या \
             किसी हॉल का।"
                .into()
        }
        Notice::TooFew { left: 1 } => "एक ही सीट बची है, और आपके लिए अभी कोई सीट नहीं रखी गई है।".into(),
        Notice::TooFew { left } => format!("{left} सीटें बची हैं, और आपके लिए अभी कोई सीट नहीं रखी गई है।"),
    },
    then: |seconds| format!("कृपया {seconds} सेकंड बाद बटन फिर से दबाएँ। आपने जो लिखा था वह यहीं है, और कोई भुगतान नहीं हुआ है।"),
    then_fewer: "फ़ॉर्म से कुछ लोगों को हटाकर बटन फिर से दबाएँ, या कुछ मिनट बाद फिर आएँ: जिस सीट का भुगतान नहीं होता, वह फिर खाली हो \
                 जाती है। कोई भुगतान नहीं हुआ है।",
};
