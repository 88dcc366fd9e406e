import SocketStatistics

let scan = try NetlinkSource().scan()
print(scan.statistics[.timeWait] ?? 0)
