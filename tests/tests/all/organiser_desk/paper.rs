//! The door list.

use crate::world::{Setup, World};

#[tokio::test]
async fn guests_stand_by_the_alphabet_with_a_box_and_without_their_numbers() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let names = ["zoya", "Asha", "ravi", "Ömer", "आशा", "Meera"];
    for (place, name) in names.iter().enumerate() {
        world.free_order(name, &format!("987654321{place}")).await;
    }
    let asha = world.signed_in("asha").await;
    let revoked = world.booked("9876543215").await;
    asha.post(&format!("/organiser/orders/{}/revoke", revoked.id), &[]).await;
    world.sql("UPDATE tickets SET PRESENT = 1 WHERE FIRST_NAME = 'ravi'").await;
    let page = asha.page("/organiser/door-list").await;
    let listed: Vec<_> =
        page.split("door-name\"><bdi>").skip(1).map(|rest| rest.split("</bdi>").next().unwrap()).collect();
    assert_eq!(listed, ["Asha", "Ömer", "ravi", "zoya", "आशा"], "who was revoked is not on it");
    assert!(page.contains("••••3210") && !page.contains("98765"), "{page}");
    assert_eq!(page.matches("✓").count(), 1, "who is inside: {page}");
    assert!(world.audit().await.iter().any(|(_, what, ..)| what == "door_list"));
    assert!(asha.page("/organiser/door-list?part=2").await.contains("ends before this part"));
    assert!(asha.page("/organiser/door-list?part=x").await.contains("Asha"));
}

#[tokio::test]
async fn a_long_list_comes_in_parts_with_everybody_on_one_of_them() {
    let world = World::new(Setup::default()).await;
    // Every tenth of these brings two along.
    world.many_orders(2_000).await;
    let asha = world.signed_in("asha").await;
    let mut listed = Vec::new();
    for part in 1..=3 {
        let page = asha.page(&format!("/organiser/door-list?part={part}")).await;
        assert!(page.contains(&format!("part {part} of 3")), "{part}");
        assert!(page.contains(&format!("start=\"{}\"", 1 + (part - 1) * 1000)), "{part}");
        let names = page.split("door-name\"><bdi>").skip(1).map(|rest| {
            let (name, rest) = rest.split_once("</bdi>").unwrap();
            let phone = rest.split("••••").last().unwrap().split('<').next().unwrap();
            (name.to_lowercase(), name.to_owned(), phone.to_owned())
        });
        listed.extend(names);
    }
    let mut sorted = listed.clone();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(listed.iter().map(|it| &it.0).eq(sorted.iter().map(|it| &it.0)), "by the alphabet");
    sorted.sort();
    sorted.dedup();
    assert_eq!((listed.len(), sorted.len()), (2_400, 2_400), "each once");
}
