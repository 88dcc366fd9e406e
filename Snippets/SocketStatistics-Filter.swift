import SocketStatistics

let own = try NetlinkSource(counting: .process).scan()
print("\(own.statistics.total) sockets of this process, \(own.unselected) of others")
