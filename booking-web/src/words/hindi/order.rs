//! The order's page, from the held seat to the ticket.

use crate::pages::RevokedBy;
use crate::words::order::{ExpiredWords, MailAgainWords, OrderWords, RevokedWords, TicketWords, WaitingWords};
use crate::words::{Around, Counted, Told};

pub(super) const ORDER: OrderWords = OrderWords {
    confirming: "आपके भुगतान की पुष्टि हो रही है",
    held: Counted {
        one: "आपकी सीट रखी गई है", several: "आपकी सीटें रखी गई हैं"
    },
    ticket: Counted { one: "आपका टिकट", several: "आपके टिकट" },
    expired: Counted {
        one: "आपकी सीट छूट गई", several: "आपकी सीटें छूट गईं"
    },
    not_valid: "यह टिकट मान्य नहीं है",
    book_again: "फिर से बुक करें",
};

pub(super) const WAITING: WaitingWords = WaitingWords {
    a_few_seconds: "इसमें कुछ सेकंड लगते हैं।",
    not_again: "कृपया दोबारा भुगतान न करें।",
    appears_here: Counted {
        one: "आपका टिकट इसी पेज पर आ जाएगा।", several: "आपके टिकट इसी पेज पर आ जाएँगे।"
    },
    check_again: "फिर से देखें",
    not_paid_yet: "मैंने अभी भुगतान नहीं किया है",
    yours: Counted { one: "भुगतान का समय:", several: "भुगतान का समय:" },
    until: |at| format!("{at} तक"),
    counting: |left| format!("{left} बाकी"),
    moment_more: "बस एक पल और",
    pay: |amount| format!("{amount} का भुगतान करें"),
    how_it_goes: Counted {
        one: "भुगतान Razorpay के पेज पर होगा, फिर आप यहीं लौट आएँगे। कृपया इस पेज का लिंक सँभालकर रखें: आपका टिकट इसी पर मिलेगा।",
        several: "भुगतान Razorpay के पेज पर होगा, फिर आप यहीं लौट आएँगे। कृपया इस पेज का लिंक सँभालकर रखें: आपके टिकट इसी पर मिलेंगे।",
    },
    preparing: "भुगतान का पेज तैयार हो रहा है",
    ready_soon: Counted {
        one: "कुछ ही सेकंड में तैयार हो जाएगा। आपकी सीट रखी रहेगी।",
        several: "कुछ ही सेकंड में तैयार हो जाएगा। आपकी सीटें रखी रहेंगी।",
    },
    your_booking: "आपकी बुकिंग",
    name: Counted { one: "नाम", several: "नाम" },
    seats: "सीटें",
    to_pay: "कुल भुगतान",
};

pub(super) const TICKET: TicketWords = TicketWords {
    entered_at: |at| format!("{at} प्रवेश हो चुका है"),
    through: Around {
        before: "", after: " से। इस कोड का काम पूरा हो गया।"
    },
    and_through: Around { before: ", ", after: " से" },
    one_for_each: "आप सबके लिए एक-एक: स्वाइप करें या नाम दबाएँ। हर टिकट से गेट एक ही बार खुलता है।",
    guests: "मेहमान",
    tickets: "टिकट",
    ticket_of: |name| format!("{name} का टिकट"),
    code: "आपके टिकट का क्यूआर कोड",
    no_connection: "अभी इंटरनेट नहीं है",
    kept_at: Around {
        before: "यह आपका टिकट है, जैसा इस फ़ोन में रखा गया था: ",
        after: "। गेट इसे वैसे ही पढ़ लेता है, और उसके बाद के हर बदलाव को जानता है।",
    },
    show_this: "गेट पर यह दिखाएँ। एक व्यक्ति, एक प्रवेश।",
    number: |n, of| format!("{of} में से टिकट {n}।"),
    save_picture: "कोड की तस्वीर सेव करें",
    save_this_picture: "इस कोड की तस्वीर सेव करें",
    add_to_calendar: "कैलेंडर में जोड़ें",
    print: "प्रिंट करें",
    share: "लिंक शेयर करें",
    copied: "लिंक कॉपी हो गया",
    keep_link: Counted {
        one: "यही पेज आपका टिकट है: इसका लिंक सँभालकर रखें। जिसके पास लिंक है, वह टिकट इस्तेमाल कर सकता है, इसलिए इसे किसी और को न भेजें।",
        several: "आपके टिकट इसी पेज पर हैं: इसका लिंक सँभालकर रखें। जिसके पास लिंक है, वह सारे टिकट इस्तेमाल कर सकता है, इसलिए जो अकेले आएँ, \
                  उन्हें केवल उनके कोड की तस्वीर भेजें।",
    },
};

pub(super) const MAIL_AGAIN: MailAgainWords = MailAgainWords {
    queued: "आपका ई-मेल भेजा जा रहा है",
    queued_to: Around {
        before: "", after: " पर एक-दो मिनट में पहुँच जाएगा। कृपया स्पैम में भी देख लें।"
    },
    too_often: Told {
        title: "अभी फिर से नहीं भेजा गया",
        text: "यह एक मिनट में एक बार और दिन में पाँच बार भेजा जा सकता है। वैसे यही पेज आपका टिकट है।",
    },
    not: Told {
        title: "ई-मेल नहीं भेजा जा सकता",
        text: "यही पेज आपका टिकट है: इसका लिंक सँभालकर रखें, या कोड की तस्वीर सेव कर लें।",
    },
    button: Around { before: "", after: " पर फिर से भेजें" },
};

pub(super) const EXPIRED: ExpiredWords = ExpiredWords {
    text: Counted {
        one: "भुगतान का समय पूरा हो गया और कोई भुगतान हम तक नहीं पहुँचा, इसलिए आपकी सीट फिर से बिक्री में चली गई। हमने कोई पैसे नहीं लिए \
              हैं।",
        several: "भुगतान का समय पूरा हो गया और कोई भुगतान हम तक नहीं पहुँचा, इसलिए आपकी सीटें फिर से बिक्री में चली गईं। हमने कोई पैसे नहीं \
                  लिए हैं।",
    },
    money_gone: Told {
        title: "क्या आपके खाते से पैसे कट गए?",
        text: "तो या तो टिकट इसी पेज पर आ जाएगा, या पैसे अपने आप वापस आ जाएँगे। आपको कुछ नहीं करना है। कृपया इस पेज का लिंक सँभालकर रखें।",
    },
};

pub(super) const REVOKED: RevokedWords = RevokedWords {
    text: |by| match by {
        RevokedBy::Organiser => {
            "आयोजक ने इसे वापस ले लिया है, और अब यह किसी गेट पर नहीं चलेगा। अगर आपको लगता है कि ऐसा गलती से हुआ है, तो कृपया आयोजक \
             से बात करें और इस पेज का लिंक अपने पास रखें।"
        }
        RevokedBy::Bank => {
            "आपने जिस बैंक से भुगतान किया था, उसने पैसे वापस माँगे हैं। जब तक इसका फ़ैसला नहीं होता, यह टिकट किसी गेट पर नहीं चलेगा।"
        }
    },
    not_you: Told {
        title: "क्या पैसे आपने वापस नहीं माँगे थे?",
        text: "अपने बैंक को बताएँ कि भुगतान सही है। अगर बैंक मान जाता है, तो सीट खाली होने पर टिकट इसी पेज पर लौट आएगा; नहीं तो आपके पैसे अपने \
               आप वापस आ जाएँगे।",
    },
};
