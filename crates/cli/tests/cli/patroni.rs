//! Failover by Patroni with etcd, in synchronous mode: a primary that is lost under load is replaced without anybody's help, and nothing
//! that was acknowledged is lost.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use rustix::process::Pid;
use tempfile::TempDir;

use crate::{
    load,
    nodes::{Load, Nodes},
    postgres::try_execute,
    program::{Folder, Running, http},
    servers::{Programs, free_ports, kill_postmaster, kill_with_children, until, url},
};

const NODES: usize = 2;
const CALLERS: usize = 4;
/// How often the primary is lost. `DAYBOOK_FAILOVERS` says how often in a longer run.
const FAILOVERS: usize = 1;
/// It is lost after so many answers.
const ANSWERS: usize = 20;
const MEMBERS: [&str; 3] = ["a", "b", "c"];

/// A process that ends with this, after what it has started.
struct Daemon(Child);

impl Daemon {
    /// Runs it until this is gone, or the test's process is.
    fn start(mut command: Command, log: &PathBuf) -> Self {
        let log = fs::File::create(log).unwrap();
        let shell = "\"$@\" <&3 & cat; kill $!; wait $!";
        let mut guard = Command::new("/bin/sh");
        guard.args(["-c", &format!("exec 3</dev/null; {shell}"), "guard"]);
        guard.arg(command.get_program()).args(command.get_args());
        guard.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command = guard;
        command.current_dir("/").stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
        Self(command.spawn().unwrap())
    }
}

impl Daemon {
    /// Ends it without a word, as a failing machine does.
    fn kill(&self) {
        kill_with_children(Pid::from_child(&self.0));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Three servers that Patroni looks after, with the etcd in which it keeps who is the primary.
struct Cluster {
    members: BTreeMap<&'static str, Daemon>,
    _etcd: Daemon,
    /// The ports of the servers.
    ports: [u16; 3],
    /// Where each Patroni tells what it knows.
    interfaces: [u16; 3],
    folder: TempDir,
}

impl Cluster {
    fn start(programs: &Programs) -> Self {
        let (ports, interfaces, [client, peer]) = (free_ports::<3>(), free_ports::<3>(), free_ports::<2>());
        let folder = programs.folder();
        let mut etcd = programs.command("/usr/bin/etcd");
        let [client, peer] = [client, peer].map(|port| format!("http://127.0.0.1:{port}"));
        etcd.arg("--data-dir").arg(folder.path().join("etcd")).arg("--unsafe-no-fsync");
        etcd.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
        etcd.args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer]);
        etcd.args(["--initial-cluster", &format!("default={peer}")]);
        let etcd = Daemon::start(etcd, &folder.path().join("etcd.log"));
        let mut cluster = Self { members: BTreeMap::new(), _etcd: etcd, ports, interfaces, folder };
        let place = client.strip_prefix("http://").unwrap();
        until("etcd answers", || TcpStream::connect(place).is_ok());
        for ((name, port), interface) in MEMBERS.into_iter().zip(ports).zip(interfaces) {
            let settings = cluster.folder.path().join(format!("{name}.yml"));
            fs::write(&settings, cluster.settings(programs, name, port, interface, place)).unwrap();
            cluster.join(programs, name);
        }
        cluster.wait_until_whole();
        cluster
    }

    /// A member comes, for the first time or again.
    fn join(&mut self, programs: &Programs, name: &'static str) {
        let mut patroni = programs.command("/usr/bin/patroni");
        patroni.arg(self.folder.path().join(format!("{name}.yml")));
        let log = self.folder.path().join(format!("{name}.log"));
        self.members.insert(name, Daemon::start(patroni, &log));
    }

    /// A member is lost: its server and who looks after it.
    fn lose(&mut self, name: &str) {
        self.members[name].kill();
        kill_postmaster(&self.data(name));
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self, programs: &Programs, name: &str, port: u16, interface: u16, etcd: &str) -> String {
        format!(
            "scope: daybook
name: {name}
etcd3: {{ host: '{etcd}' }}
restapi: {{ listen: '127.0.0.1:{interface}', connect_address: '127.0.0.1:{interface}' }}
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 1
    retry_timeout: 4
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    postgresql:
      use_pg_rewind: false
      remove_data_directory_on_diverged_timelines: true
      parameters: {{ fsync: 'off', wal_keep_size: 64MB, max_connections: 100, wal_receiver_status_interval: 1s }}
  initdb: [{{ encoding: UTF8 }}, {{ locale: C }}, {{ auth: trust }}, no-sync]
postgresql:
  listen: '127.0.0.1:{port}'
  connect_address: '127.0.0.1:{port}'
  data_dir: '{data}'
  bin_dir: '{bin}'
  pgpass: '{data}.pgpass'
  authentication: {{ superuser: {{ username: postgres }}, replication: {{ username: postgres }} }}
  parameters: {{ unix_socket_directories: '' }}
  pg_hba: ['host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
  basebackup: [{{ checkpoint: fast }}, no-sync]
",
            data = self.data(name).display(),
            bin = programs.bin().display(),
        )
    }

    fn ask(&self, sql: &str) -> Option<Vec<String>> {
        try_execute(&url(&self.ports, "postgres"), sql).ok()
    }

    /// Waits until there is a primary with a synchronous standby and another one, and etcd says so too: Patroni names the standby there up to
    /// two seconds after PostgreSQL has it, and promotes none that is not named.
    fn wait_until_whole(&self) {
        let sql = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming' ORDER BY sync_state";
        until("one is the primary, two follow, one of them synchronously", || {
            let states = self.ask(sql).unwrap_or_default();
            states.len() == 2
                && states.iter().any(|state| state == "sync")
                && self.names_a_synchronous_standby()
        });
    }

    /// Whether etcd names a standby that may be promoted, as the primary's Patroni reads it.
    fn names_a_synchronous_standby(&self) -> bool {
        let Some(primary) = self.primary() else { return false };
        let place = MEMBERS.iter().position(|name| *name == primary).unwrap();
        let url = format!("http://127.0.0.1:{}/cluster", self.interfaces[place]);
        let (status, cluster) = http("GET", &url, "", None);
        assert_eq!(status, 200, "{cluster}");
        let members = cluster["members"].as_array().unwrap();
        members.iter().any(|member| member["role"] == "sync_standby")
    }

    /// Which of them is the primary.
    fn primary(&self) -> Option<&'static str> {
        let port: u16 = self.ask("SHOW port")?.first()?.parse().ok()?;
        MEMBERS.into_iter().zip(self.ports).find(|(_, its)| *its == port).map(|(name, _)| name)
    }
}

#[test]
fn a_primary_that_patroni_replaces_takes_nothing_with_it() {
    let failovers = std::env::var("DAYBOOK_FAILOVERS").map_or(FAILOVERS, |text| text.parse().unwrap());
    let programs = Programs::find();
    let mut cluster = Cluster::start(&programs);
    assert!(cluster.ask("CREATE DATABASE daybook TEMPLATE template0").is_some());
    let folder = Folder::new().with("DAYBOOK_DATABASE_URL", url(&cluster.ports, "daybook"));
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let nodes = Nodes::new(&folder, token.clone(), NODES);
    let running: Vec<_> = (0..NODES).map(|place| nodes.start(place)).collect();
    load::tenant(&nodes.address(0), &token);

    for failover in 0..failovers {
        let load = Load { name: &format!("patroni-{failover}"), callers: CALLERS, turns: None };
        nodes.work(&load, || {
            assert!(nodes.wait_for_answers(ANSWERS), "there is work");
            let lost = cluster.primary().unwrap();
            cluster.lose(lost);
            until("another is the primary", || cluster.primary().is_some_and(|name| name != lost));
            assert!(nodes.wait_for_answers(nodes.answers() + 1), "there is still work");
            cluster.join(&programs, lost);
        });
        // The lost one is a standby now.
        cluster.wait_until_whole();
    }
    assert_eq!(nodes.losses(), [serde_json::Value::Null; 0], "no acknowledged change is lost");
    let said: Vec<String> = running.into_iter().map(Running::stop).collect();
    assert!(!said.iter().any(|said| said.contains("are lost")), "{said:?}");
    assert!(folder.ok(&["check"]).contains("differences  0"));
}
