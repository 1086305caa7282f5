use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tickets_shown_at_all_gates_at_once_are_let_in_once_each() {
    let gates = Arc::new(gates(&["east", "north", "west"]).await);
    for (gate, seed) in gates.iter().zip(1..) {
        gate.weather().set(50, seed);
    }
    for number in 0..200 {
        let all = gates.iter().map(|gate| enters(gate, claim(number)));
        let [east, north, west] = all.collect::<Vec<_>>().try_into().ok().unwrap();
        let (east, north, west) = tokio::join!(east, north, west);
        let let_in = [east, north, west].into_iter().filter(|it| *it).count();
        assert_eq!(let_in, 1, "ticket {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_dies_is_waited_for_twice_and_not_again() {
    let mut gates = gates(&["east", "north"]).await;
    let dead = gates.pop().unwrap();
    // No goodbye: it only stops.
    dead.neighbours.0.stop().await;
    let mut waited = Vec::new();
    for number in 0..6 {
        let began = Instant::now();
        assert!(enters(&gates[0], claim(number)).await);
        waited.push(began.elapsed());
    }
    let long = waited.iter().filter(|it| **it >= USUAL_PATIENCE).count();
    assert!(long <= 2, "{waited:?}");
    assert!(waited[0] >= USUAL_PATIENCE, "it was there a moment ago: {waited:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_came_while_the_gate_was_held_up_counts() {
    let gates = gates(&["east", "north"]).await;
    gates[1].gate.book.write(entry("north", ticket(1)));
    // Nobody takes what comes for it now.
    gates[0].neighbours.0.stop().await;
    let taken = gates[0].neighbours.claim(claim(1), Patience::Until(USUAL_PATIENCE)).await;
    assert!(matches!(taken, Claimed::Taken(Taken::Inside(it)) if it.gate == "north"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_of_one_that_asks_the_database_stands_until_it_is_dropped() {
    let gates = gates(&["east", "north"]).await;
    let wish = claim(1);
    let Claimed::Free(online) = gates[0].neighbours.claim(wish, Patience::None).await else { panic!("nobody has it") };
    let other = gates[1].neighbours.claim(claim(1), Patience::Until(SOON)).await;
    assert!(matches!(other, Claimed::Taken(Taken::Pending { gate, scan, .. }) if gate == "east" && scan == wish.scan));
    drop(online);
    let Claimed::Free(pending) = gates[1].neighbours.claim(claim(1), Patience::Until(SOON)).await else {
        panic!("nobody has it any more")
    };
    let other = gates[0].neighbours.claim(claim(1), Patience::None).await;
    assert!(matches!(other, Claimed::Taken(Taken::Pending { gate, .. }) if gate == "north"), "it has promised it");
    drop(pending);
    let began = Instant::now();
    while let Claimed::Taken(_) = gates[0].neighbours.claim(claim(1), Patience::None).await {
        assert!(began.elapsed() < SOON, "it was withdrawn");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn alone_or_without_a_key_nobody_is_waited_for() {
    let alone = start(named("east"), &[], None).await;
    let began = Instant::now();
    assert!(enters(&alone, claim(1)).await);
    assert!(!enters(&alone, claim(1)).await, "it knows that itself");
    assert!(began.elapsed() < SOON / 2);
    assert_eq!(alone.neighbours.counts(), Counts::default(), "and nothing is said");
}
