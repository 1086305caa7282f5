use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use super::*;

/// Whether one host reaches an address, by the one program that every shell has: bash's own sockets.
fn reaches(lan: &Lan, host: usize, address: Ipv4Addr, port: u16) -> bool {
    let mut command = lan.command(host, Path::new("bash"));
    command.args(["-c", &format!("read -t 5 line </dev/tcp/{address}/{port} && [ \"$line\" = here ]")]);
    child::run(command, b"", Duration::from_secs(2)).is_ok_and(|it| it.status.success())
}

#[test]
fn a_host_reaches_the_machine_only_by_its_uplink_and_only_while_that_is_whole() {
    let lan = Lan::new(2).unwrap();
    let machine = lan.uplink(1).unwrap();
    let listener = TcpListener::bind((machine, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            let _ = stream.write_all(b"here\n");
            thread::spawn(move || stream.read(&mut [0]));
        }
    });
    assert!(reaches(&lan, 1, machine, port));
    assert!(!reaches(&lan, 0, machine, port), "it has no uplink");
    lan.cut_uplink(1).unwrap();
    assert!(!reaches(&lan, 1, machine, port), "it is cut");
    lan.mend_uplink(1).unwrap();
    let began = std::time::Instant::now();
    while !reaches(&lan, 1, machine, port) {
        assert!(began.elapsed() < Duration::from_secs(60), "it is whole again");
    }
}

#[test]
fn a_network_is_removed_with_its_owner_or_by_the_next() {
    let said = child::last_words_of("lan::tests::victim");
    let left = |name: &str| Path::new("/run/netns").join(name).exists();
    assert!(left(&format!("{said}-0")), "it was killed");
    let lan = Lan::new(1).unwrap();
    assert!(!left(&format!("{said}-0")) && !left(&format!("{said}-switch")));
    let own = lan.namespace(0);
    assert!(left(&own));
    drop(lan);
    assert!(!left(&own));
}

#[test]
#[ignore = "waits to be killed"]
fn victim() {
    let lan = Lan::new(1).unwrap();
    println!("victim: {}", lan.name);
    thread::sleep(Duration::from_secs(60));
}
