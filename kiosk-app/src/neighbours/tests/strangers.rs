use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use super::*;

/// Stands between two gates, hands everything on, and keeps it.
struct Between {
    address: SocketAddr,
    socket: Arc<UdpSocket>,
    kept: Arc<Mutex<Vec<Vec<u8>>>>,
    task: JoinHandle<()>,
}

/// Between the gate at this address and the first one that speaks to it.
async fn between(one: SocketAddr) -> Between {
    let socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap());
    let kept = Arc::new(Mutex::new(Vec::new()));
    let task = tokio::spawn({
        let (socket, kept) = (Arc::clone(&socket), Arc::clone(&kept));
        async move {
            let (mut buffer, mut other) = (vec![0; 2_000], None);
            loop {
                let (bytes, from) = socket.recv_from(&mut buffer).await.unwrap();
                kept.lock().unwrap().push(buffer[..bytes].to_vec());
                if from != one {
                    other = Some(from);
                }
                if let Some(to) = if from == one { other } else { Some(one) } {
                    socket.send_to(&buffer[..bytes], to).await.unwrap();
                }
            }
        }
    });
    Between { address: socket.local_addr().unwrap(), socket, kept, task }
}

impl Between {
    async fn say_all_again(&self, to: SocketAddr) -> usize {
        let kept = self.kept.lock().unwrap().clone();
        for datagram in &kept {
            self.socket.send_to(datagram, to).await.unwrap();
            // A socket keeps only so many.
            sleep(Duration::from_micros(200)).await;
        }
        kept.len()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_once_counts_for_nothing_when_it_is_said_again() {
    let east = start(named("east"), &[], key(1)).await;
    let address = east.neighbours.address().unwrap();
    let between = between(address).await;
    let north = start(named("north"), &[between.address], key(1)).await;
    meets(&east, 1).await;
    let told = north.grant(1);
    soon("it is heard", || east.gate.book.knows(told.scan)).await;
    between.task.abort();
    drop(north);
    east.gate.book.0.lock().unwrap().clear();

    let before = east.neighbours.counts();
    let said = between.say_all_again(address).await;
    soon("all of it is seen through", || east.neighbours.counts().repeated >= before.repeated + said as u64 / 2).await;
    assert_eq!(east.gate.book.len(), 0, "nothing of it is believed");

    // To one that has never heard it, it is not addressed.
    let new = start(named("west"), &[], key(1)).await;
    between.say_all_again(new.neighbours.address().unwrap()).await;
    soon("all of it is seen through", || new.neighbours.counts().repeated > 0).await;
    assert_eq!((new.gate.book.len(), new.neighbours.present().borrow().len()), (0, 0));
    assert!(enters(&new, claim(1)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_another_key_is_alone_and_who_gets_the_new_one_is_not() {
    let gates = gates(&["east", "north", "west"]).await;
    for gate in &gates[..2] {
        gate.key.send_replace(key(2));
    }
    meets(&gates[0], 1).await;
    meets(&gates[1], 1).await;
    meets(&gates[2], 0).await;
    let told = gates[0].grant(5);
    let secret = gates[2].grant(6);
    soon("the one with the new key hears", || gates[1].gate.book.knows(told.scan)).await;
    assert!(!gates[2].gate.book.knows(told.scan) && !gates[0].gate.book.knows(secret.scan));
    assert!(gates[2].neighbours.counts().strangers > 0);
    gates[2].key.send_replace(key(2));
    for gate in &gates {
        meets(gate, 2).await;
        soon("all hear all", || gate.gate.book.knows(told.scan) && gate.gate.book.knows(secret.scan)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_counted_and_that_is_all() {
    let east = start(named("east"), &[], key(1)).await;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let foreign = seal::seal(&[1; 32].into(), &[8; 32], b"another event").unwrap();
    let nonsense = seal::seal(&[1; 32].into(), &EVENT, b"sealed well, and no letter").unwrap();
    for datagram in [&b""[..], b"x", &[1; 41], &[0; 1_500], &foreign, &nonsense] {
        socket.send_to(datagram, east.neighbours.address().unwrap()).await.unwrap();
    }
    soon("all are counted", || east.neighbours.counts().strangers == 6).await;
    assert_eq!(east.neighbours.counts().sent, 0);
}
