//! One e-mail with a code for each of them.

use super::{FRIENDS, PHONE};
use crate::delivery::{letters, mail, sends_by};
use crate::journey::gate::code_in;
use crate::world::{Setup, World};

#[tokio::test]
async fn a_group_gets_one_e_mail_with_everybodys_code_inside_and_attached() {
    let mail = mail();
    let world = World::new(Setup { price_paise: 0, env: sends_by(&mail), ..Setup::default() }).await;
    let order = world.book_group(&FRIENDS, PHONE).await;
    let letter = letters(&world, &mail, 1).await.remove(0);
    assert_eq!(letter.header("Subject"), "Your tickets for Diwali Night");
    let pictures = |kind: &'static str| {
        let wanted = move |part: &&real_parts::mail::Part| part.disposition.as_deref() == Some(kind);
        letter.parts.iter().filter(wanted).filter(|part| part.kind == "image/png").collect::<Vec<_>>()
    };
    let (inside, attached) = (pictures("inline"), pictures("attachment"));
    assert_eq!((inside.len(), attached.len()), (3, 3));
    for (n, name) in (1..).zip(FRIENDS) {
        assert!(letter.html().contains(&name.replace('\'', "&#39;")), "{name} in {}", letter.html());
        let own = world.get(&format!("{}/qr.png?n={n}", order.path)).await.bytes().await.unwrap();
        let file = world.folder.path().join(format!("mailed-{n}.png"));
        for part in [inside[n - 1], attached[n - 1]] {
            assert_eq!(part.bytes(), own);
            std::fs::write(&file, part.bytes()).unwrap();
        }
        assert!(code_in(&file).await.starts_with(&format!("ETS1:{name}91")));
        assert_eq!(attached[n - 1].name.as_deref(), Some(&*format!("ticket-{n}.png")));
    }
}
