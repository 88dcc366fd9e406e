import SocketStatistics

let selector = SourceSelector([BPFSource(), NetlinkSource(), ProcSource()])
let scan = try selector.scan()

let timeWait = scan.statistics[.timeWait] ?? 0
let listeners = scan.statistics[.ipv6, .listen] ?? 0
print("\(timeWait) in TIME_WAIT, \(listeners) IPv6 listeners, from \(scan.source)")
