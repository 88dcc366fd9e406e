import SocketStatistics

let selector = SourceSelector([BPFSource(), NetlinkSource(), ProcSource()])
let result = try selector.scan()

let timeWait = result.scan.statistics[.timeWait] ?? 0
let listeners = result.scan.statistics[.ipv6, .listen] ?? 0
print("\(timeWait) in TIME_WAIT, \(listeners) IPv6 listeners, from \(result.choice.source)")
