namespace Sensor.Tests.Oracles;

/// <summary>
/// Calls of the PAC functions, ordinary and odd, of which the values are compared with Chromium's. The time is a Wednesday's, 2026-11-25
/// 14:30:20 UTC.
/// </summary>
internal static class PacExpressions
{
    public static string[] All { get; } =
    [
        "isPlainHostName('intranet')", "isPlainHostName('a.b')", "isPlainHostName('')", "isPlainHostName('::1')",
        "dnsDomainIs('www.corp.example', '.corp.example')", "dnsDomainIs('corp.example', '.corp.example')", "dnsDomainIs('WWW.CORP.EXAMPLE', '.corp.example')",
        "dnsDomainIs('a', '')", "dnsDomainIs('xcorp.example', 'corp.example')",
        "localHostOrDomainIs('www', 'www.corp.example')", "localHostOrDomainIs('www.corp.example', 'www.corp.example')",
        "localHostOrDomainIs('ww', 'www.corp.example')", "localHostOrDomainIs('www.corp', 'www.corp.example')", "localHostOrDomainIs('', 'www')",
        "dnsDomainLevels('www.corp.example')", "dnsDomainLevels('www')", "dnsDomainLevels('')", "dnsDomainLevels('a..b.')",
        "shExpMatch('http://a.corp.example/x', '*.corp.example/*')", "shExpMatch('abc', 'a?c')", "shExpMatch('abbc', 'a?c')", "shExpMatch('axb.com', '(a|x)*.com')",
        "shExpMatch('a+b', 'a+b')", "shExpMatch('aaab', '*a*a*b')", "shExpMatch('', '*')", "shExpMatch('', '')", "shExpMatch('a.b', 'a.b')", "shExpMatch('axb', 'a.b')",
        "shExpMatch('ABC', 'abc')", "shExpMatch('a[1]', 'a[1]')", "shExpMatch('a1', 'a[0-9]')", "shExpMatch('a', '[')", "shExpMatch('a', '*?*')", "shExpMatch('a\\nb', 'a*b')",
        "isInNet('10.1.2.3', '10.1.0.0', '255.255.0.0')", "isInNet('10.2.2.3', '10.1.0.0', '255.255.0.0')", "isInNet('four.corp.example', '10.0.0.0', '255.255.255.0')",
        "isInNet('10.1.2.3', '10.1.0.0', '16')", "isInNet('10.1.2.300', '10.1.0.0', '255.255.0.0')", "isInNet('10.1.2.3', '10.1.2.3', '0.0.0.0')", "isInNet('010.001.002.003', '10.1.2.3', '255.255.255.255')",
        "isInNet('2001:db8::1', '10.1.2.3', '0.0.0.0')", "isInNet(null, '10.0.0.0', '255.0.0.0')", "isInNet('intranet', '0.0.0.0', '0.0.0.0')",
        "isInNetEx('10.1.2.3', '10.1.0.0/16')", "isInNetEx('2001:db8::6', '2001:db8::/32')", "isInNetEx('2001:db9::6', '2001:db8::/32')", "isInNetEx('10.1.2.3', '2001:db8::/32')",
        "isInNetEx('four.corp.example', '10.0.0.0/8')", "isInNetEx('10.1.2.3', '10.1.0.0')", "isInNetEx('10.1.2.3', '10.1.0.0/33')", "isInNetEx('10.1.2.3', '0.0.0.0/0')", "isInNetEx('10.1.2.3', '10.1.0.0/x')",
        "dnsResolve('four.corp.example')", "dnsResolve('six.corp.example')", "dnsResolve('192.0.2.9')", "dnsResolve('elsewhere.example')", "dnsResolve('intranet')", "dnsResolve('2001:db8::1')",
        "dnsResolveEx('four.corp.example')", "dnsResolveEx('six.corp.example')", "dnsResolveEx('intranet')", "dnsResolveEx('192.0.2.9')",
        "isResolvable('four.corp.example')", "isResolvable('six.corp.example')", "isResolvable('intranet')", "isResolvableEx('six.corp.example')", "isResolvableEx('intranet')",
        "sortIpAddressList('10.2.3.9;2001:4898:28:1::1;::1;127.0.0.9')", "sortIpAddressList('10.2.3.9;none')", "sortIpAddressList('')", "sortIpAddressList(' 10.2.3.9 ; 10.2.3.8')", "sortIpAddressList('10.2.3.9;')", "sortIpAddressList('10.0.0.10;10.0.0.9')",
        "weekdayRange('WED')", "weekdayRange('THU')", "weekdayRange('MON', 'FRI')", "weekdayRange('MON', 'FRI', 'GMT')", "weekdayRange('WED', 'GMT')", "weekdayRange('SAT', 'TUE')", "weekdayRange('FRI', 'WED')", "weekdayRange('wed')", "weekdayRange()", "weekdayRange('MON', 'xyz')",
        "dateRange(25)", "dateRange(24)", "dateRange('NOV')", "dateRange('nov')", "dateRange(2026)", "dateRange(2025)", "dateRange(25, 'GMT')", "dateRange('NOV', 'GMT')",
        "dateRange(1, 24)", "dateRange(20, 30)", "dateRange('OCT', 'DEC')", "dateRange('JAN', 'MAR')", "dateRange('NOV', 'FEB')", "dateRange(2025, 2027)", "dateRange(2027, 2028)",
        "dateRange(1, 'JUN', 15, 'AUG')", "dateRange(24, 'NOV', 26, 'NOV')", "dateRange('OCT', 1995, 'MAR', 1996)", "dateRange('OCT', 2026, 'MAR', 2027)", "dateRange(24, 'NOV', 2026, 1, 'JAN', 2027)", "dateRange(26, 'NOV', 2026, 1, 'JAN', 2027)", "dateRange(1, 'JUN', 1995, 15, 'AUG', 1995)", "dateRange()",
        "timeRange(14)", "timeRange(13)", "timeRange(13, 15)", "timeRange(15, 18)", "timeRange(14, 14)", "timeRange(14, 30, 14, 30)", "timeRange(14, 31, 15, 0)", "timeRange(8, 30, 17, 0)",
        "timeRange(14, 30, 0, 14, 30, 19)", "timeRange(14, 30, 20, 14, 30, 20)", "timeRange(0, 0, 0, 0, 0, 30)", "timeRange(13, 15, 'GMT')", "timeRange(14, 'GMT')", "timeRange(8, 30, 17, 0, 'GMT')", "timeRange(22, 0, 15, 0)", "timeRange(22, 6)", "timeRange(1, 2, 3)", "timeRange()",
        "typeof FindProxyForURL", "typeof alert", "typeof myIpAddress()", "typeof window", "typeof XMLHttpRequest", "typeof document", "typeof require",
    ];
}
