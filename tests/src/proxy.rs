//! A wire between a program and its database that can be cut on purpose.
//!
//! It lives in a thread of its own, so that it goes on while a test waits for
//! a program. It forwards bytes as they are and only *reads along* in the
//! MySQL protocol (`conversation`), to know which bytes are the answer to
//! which statement. In an encrypted connection it understands nothing and
//! loses no answer; the other faults work all the same.

mod conversation;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use self::conversation::Conversation;

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Everything passes.
    Whole,
    /// Everything passes, and each request is [`FAR`] on its way.
    Far,
    /// What is connected stays so; nobody new gets in.
    Refusing,
    /// Every connection is broken and nobody new gets in.
    Cut,
    /// Connections stay open, new ones are taken, and no byte moves.
    Frozen,
}

/// A question and its answer between a venue and a rented server in another city.
pub const FAR: Duration = Duration::from_millis(20);

/// When a connection breaks around a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Before the server gets it: it has no effect.
    Request,
    /// After the server has carried it out, before the client hears so.
    Answer,
}

/// A running proxy; dropped, it breaks its connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    wire: watch::Sender<Wire>,
    /// Told by the thread each time it has acted on a change.
    settled: Mutex<mpsc::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    trap: Mutex<Option<Trap>>,
    losses: AtomicUsize,
    statements: AtomicUsize,
}

#[derive(Debug)]
struct Trap {
    text: Vec<u8>,
    /// How many more times the statement passes unharmed.
    spare: usize,
    loss: Loss,
}

impl Proxy {
    /// Starts one in front of a port on 127.0.0.1.
    ///
    /// # Errors
    /// When there is no port for it.
    pub fn start(target_port: u16) -> anyhow::Result<Self> {
        Self::listening(target_port, |port| std::net::TcpListener::bind(("127.0.0.1", port)))
    }

    /// The same, for whoever is in another network: `bind` makes what listens on a port there.
    ///
    /// # Errors
    /// When there is no port for it.
    pub fn listening(
        target_port: u16,
        bind: impl Fn(u16) -> io::Result<std::net::TcpListener> + Send + 'static,
    ) -> anyhow::Result<Self> {
        let listener = bind(0).context("there is no free port for a proxy")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        let (wire, changes) = watch::channel(Wire::Whole);
        let (settle, settled) = mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let doorman =
            Doorman { ports: (port, target_port), shared: shared.clone(), wire: changes, settle, bind: Box::new(bind) };
        let thread = thread::spawn(move || {
            let _ = runtime.block_on(doorman.work(listener));
        });
        Ok(Self { port, shared, wire, settled: Mutex::new(settled), thread: Some(thread) })
    }

    /// Where to connect to, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes how the wire is; on return it is so.
    ///
    /// # Panics
    /// When the proxy's thread has died, which would be a fault of its own.
    pub fn set(&self, wire: Wire) {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        self.wire.send(wire).expect("the proxy's thread lives as long as the proxy");
        settled.recv().expect("the proxy's thread answers every change");
    }

    /// Breaks the connection, once, around the `nth` execution (from 1) of a
    /// statement whose SQL contains `text`, counted from now over all
    /// connections, whether it is sent as text or was prepared, even earlier.
    ///
    /// # Panics
    /// When `nth` is 0.
    pub fn lose(&self, loss: Loss, text: &str, nth: usize) {
        let spare = nth.checked_sub(1).expect("the first execution is number 1");
        let trap = Trap { text: text.as_bytes().to_vec(), spare, loss };
        *self.shared.trap.lock().unwrap_or_else(PoisonError::into_inner) = Some(trap);
    }

    /// How many connections [`lose`](Self::lose) has broken so far.
    #[must_use]
    pub fn losses(&self) -> usize {
        self.shared.losses.load(Ordering::SeqCst)
    }

    /// How many statements were executed so far.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.shared.statements.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The thread ends when nobody can change the wire any more.
        self.wire = watch::channel(Wire::Cut).0;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Counts a statement that is about to be executed, and says whether it is the one to lose.
    fn springs(&self, sql: &[u8]) -> Option<Loss> {
        self.statements.fetch_add(1, Ordering::SeqCst);
        let mut trap = self.trap.lock().unwrap_or_else(PoisonError::into_inner);
        let set = trap.as_mut()?;
        if !sql.windows(set.text.len()).any(|part| part == set.text) {
            return None;
        }
        if set.spare > 0 {
            set.spare -= 1;
            return None;
        }
        trap.take().map(|sprung| sprung.loss)
    }
}

/// Lets connections in, or not.
struct Doorman {
    ports: (u16, u16),
    shared: Arc<Shared>,
    wire: watch::Receiver<Wire>,
    settle: mpsc::Sender<()>,
    bind: Box<dyn Fn(u16) -> io::Result<std::net::TcpListener> + Send>,
}

impl Doorman {
    async fn work(mut self, listener: std::net::TcpListener) -> io::Result<()> {
        let mut listener = Some(TcpListener::from_std(listener)?);
        loop {
            tokio::select! {
                biased;
                changed = self.wire.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    listener = self.door(listener)?;
                    // Let the connections act on it too.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    let _ = self.settle.send(());
                }
                client = accept(listener.as_ref()) => self.let_in(client?).await,
            }
        }
    }

    async fn let_in(&self, client: TcpStream) {
        // Where the server is gone, the client is sent away as well.
        if let Ok(server) = TcpStream::connect(("127.0.0.1", self.ports.1)).await {
            tokio::spawn(connection(client, server, self.shared.clone(), self.wire.clone()));
        }
    }

    /// A true refusal needs the port to be closed, not a connection that ends at once.
    fn door(&mut self, listener: Option<TcpListener>) -> io::Result<Option<TcpListener>> {
        let open = matches!(*self.wire.borrow_and_update(), Wire::Whole | Wire::Far | Wire::Frozen);
        match listener {
            _ if !open => Ok(None),
            Some(listener) => Ok(Some(listener)),
            None => {
                let listener = (self.bind)(self.ports.0)?;
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener).map(Some)
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(client, _)| client),
        None => std::future::pending().await,
    }
}

/// One client's connection, until either side ends it or a fault does.
async fn connection(client: TcpStream, server: TcpStream, shared: Arc<Shared>, mut wire: watch::Receiver<Wire>) {
    for stream in [&client, &server] {
        // Two packets in a row must not wait for each other's acknowledgement.
        let _ = stream.set_nodelay(true);
    }
    let conversation = Mutex::new(Conversation::default());
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let request = requests(from_client, to_server, &conversation, &shared, wire.clone());
    let answer = answers(from_server, to_client, &conversation, &shared, wire.clone());
    // Whichever ends first takes the other with it: both streams are closed.
    tokio::select! {
        _ = request => {}
        _ = answer => {}
        _ = wire.wait_for(|wire| *wire == Wire::Cut) => {}
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    conversation: &Mutex<Conversation>,
    shared: &Shared,
    mut wire: watch::Receiver<Wire>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut bytes).await?;
        if read == 0 {
            return Ok(());
        }
        thawed(&mut wire).await?;
        if *wire.borrow() == Wire::Far {
            tokio::time::sleep(FAR).await;
        }
        let loss = conversation.lock().unwrap_or_else(PoisonError::into_inner).client_says(&bytes[..read], shared);
        if loss == Some(Loss::Request) {
            shared.losses.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        to.write_all(&bytes[..read]).await?;
    }
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    conversation: &Mutex<Conversation>,
    shared: &Shared,
    mut wire: watch::Receiver<Wire>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut bytes).await?;
        if read == 0 {
            return Ok(());
        }
        thawed(&mut wire).await?;
        // That the server answers proves that it has carried the statement out.
        if conversation.lock().unwrap_or_else(PoisonError::into_inner).server_says(&bytes[..read]) {
            shared.losses.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        to.write_all(&bytes[..read]).await?;
    }
}

async fn thawed(wire: &mut watch::Receiver<Wire>) -> io::Result<()> {
    wire.wait_for(|wire| *wire != Wire::Frozen).await.map(|_| ()).map_err(io::Error::other)
}
