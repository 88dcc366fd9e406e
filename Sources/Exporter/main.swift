import ArgumentParser
import ScrapeServer
print("hi")
