use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_tells_all_know_and_it_holds_for_their_claims() {
    let gates = gates(&["east", "north", "west"]).await;
    let told = gates[1].grant(7);
    for gate in &gates {
        soon("everyone hears of it", || gate.gate.book.knows(told.scan)).await;
    }
    let known = gates[2].neighbours.claim(claim(7), Patience::Until(USUAL_PATIENCE)).await;
    assert!(matches!(known, Claimed::Taken(Taken::Inside(known)) if known == told));
    assert!(matches!(gates[2].neighbours.claim(claim(8), Patience::Until(SOON)).await, Claimed::Free(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_is_told_again_until_all_have_it() {
    let gates = gates(&["east", "north", "west"]).await;
    for (gate, seed) in gates.iter().zip(1..) {
        gate.weather().set(300, seed);
    }
    for number in 0..300 {
        gates[number as usize % 3].grant(number);
    }
    for gate in &gates {
        soon("everyone has everything", || gate.gate.book.len() == 300).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_late_catches_up_with_ten_thousand() {
    let early = gates(&["east", "north"]).await;
    for number in 0..10_000 {
        let happening = entry("east", ticket(number));
        early[0].gate.book.write(happening.clone());
        early[0].neighbours.tell(&happening);
    }
    soon("the other has them", || early[1].gate.book.len() == 10_000).await;
    let late = start(named("west"), &[early[1].neighbours.address().unwrap()], key(1)).await;
    let began = Instant::now();
    soon("the late one has them", || late.gate.book.len() == 10_000).await;
    println!("caught up with 10,000 happenings in {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_a_gate_tells_again_and_its_old_list_is_dropped() {
    let mut gates = gates(&["east", "north"]).await;
    let told = (0..100).map(|number| gates[1].grant(number)).collect::<Vec<_>>();
    soon("the other hears", || gates[0].gate.book.len() == 100).await;
    let north = gates.pop().unwrap();
    let east = gates[0].neighbours.address().unwrap();
    north.neighbours.close().await;
    meets(&gates[0], 0).await;
    // East has lost all it knew, and north comes back.
    gates[0].gate.book.0.lock().unwrap().clear();
    let north = start(north.gate, &[east], key(1)).await;
    soon("it is all told again", || told.iter().all(|it| gates[0].gate.book.knows(it.scan))).await;
    soon("and kept once", || gates[0].neighbours.0.inside.lists() == 2).await;
    drop(north);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_gates_with_nothing_to_say_say_little() {
    let gates = gates(&["east", "north", "west", "south", "stage"]).await;
    let bytes = || gates.iter().map(|it| it.neighbours.counts().bytes_sent).collect::<Vec<_>>();
    let (began, before) = (Instant::now(), bytes());
    sleep(Duration::from_secs(10)).await;
    let spent = began.elapsed().as_secs_f64();
    for (before, after) in before.into_iter().zip(bytes()) {
        let per_second = (after - before) as f64 / spent;
        println!("{per_second:.0} bytes a second");
        assert!(per_second < 5_000.0);
    }
}
