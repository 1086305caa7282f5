//! HTTP by hand: a client library would not send what a stranger does.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that is used again as long as the site leaves it open.
pub(super) struct Line {
    host: String,
    open: Option<TcpStream>,
    /// How often it had to be opened.
    pub(super) opened: usize,
}

/// The head of an answer, as far as it matters here.
#[derive(Default)]
struct Head {
    status: u16,
    length: usize,
    chunked: bool,
    close: bool,
}

impl Line {
    pub(super) fn to(host: &str) -> Self {
        Self { host: host.to_owned(), open: None, opened: 0 }
    }

    /// Sends a request and hears the answer out; its status.
    pub(super) async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        let again = self.open.is_some();
        match self.ask_once(request).await {
            // What was left open may have been closed while the request was on its way.
            Err(_) if again => self.ask_once(request).await,
            answer => answer,
        }
    }

    async fn ask_once(&mut self, request: &[u8]) -> io::Result<u16> {
        let mut stream = match self.open.take() {
            Some(open) => open,
            None => {
                self.opened += 1;
                TcpStream::connect(&self.host).await?
            }
        };
        let (read, mut write) = stream.split();
        // A refusal may come before all is said, and end the listening.
        let say = async {
            let _ = write.write_all(request).await;
            std::future::pending::<()>().await;
        };
        let without_body = request.starts_with(b"HEAD ");
        let hear = tokio::time::timeout(PATIENCE, hear(BufReader::new(read), without_body));
        let head = tokio::select! {
            heard = hear => heard.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??,
            () = say => unreachable!("it goes on for ever"),
        };
        if !head.close {
            self.open = Some(stream);
        }
        Ok(head.status)
    }
}

async fn hear(mut answer: impl AsyncBufRead + Unpin, without_body: bool) -> io::Result<Head> {
    let head = loop {
        let head = hear_head(&mut answer).await?;
        // "100 Continue" is no answer yet.
        if head.status >= 200 {
            break head;
        }
    };
    if without_body || head.status == 204 || head.status == 304 {
        return Ok(head);
    }
    if head.chunked {
        loop {
            let size = line(&mut answer).await?;
            let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
            answer.read_exact(&mut vec![0; size + 2]).await?;
            if size == 0 {
                break;
            }
        }
    } else {
        answer.read_exact(&mut vec![0; head.length]).await?;
    }
    Ok(head)
}

async fn hear_head(answer: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Head> {
    let first = line(answer).await?;
    let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
    let mut head = Head { status: status.ok_or_else(|| io::Error::other(first))?, ..Head::default() };
    loop {
        let line = line(answer).await?.to_ascii_lowercase();
        match line.split_once(": ") {
            Some(("content-length", length)) => head.length = length.parse().map_err(io::Error::other)?,
            Some(("transfer-encoding", _)) => head.chunked = true,
            Some(("connection", "close")) => head.close = true,
            Some(_) => {}
            None => return Ok(head),
        }
    }
}

async fn line(answer: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = String::new();
    if answer.read_line(&mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}
