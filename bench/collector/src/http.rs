//! As much of HTTP/1.1 as the load needs.

use std::net::SocketAddr;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Sends one GET on a connection of its own. Returns the body of the answer.
pub(crate) async fn get(address: SocketAddr, path: &str) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    let (status, body) = read(&mut stream, &mut answer).await?;
    ensure!(status == 200, "{path} answered {status}");
    Ok(answer.split_off(body))
}

/// Reads one answer with a `content-length`. Returns its status and where its body begins.
pub(crate) async fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> anyhow::Result<(u16, usize)> {
    answer.clear();
    loop {
        if stream.read_buf(answer).await? == 0 {
            bail!("a server closed a connection");
        }
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut head = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(body) = head.parse(answer)? else { continue };
        let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
        let length: usize = std::str::from_utf8(length.context("no content-length")?.value)?.parse()?;
        if answer.len() >= body + length {
            return Ok((head.code.context("no status")?, body));
        }
    }
}
