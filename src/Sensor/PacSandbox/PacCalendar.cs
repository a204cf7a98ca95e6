namespace Sensor.PacSandbox;

/// <summary>
/// weekdayRange, dateRange and timeRange as Netscape defined them and browsers carry them out, at a fixed time. Arguments are numbers or
/// names, given as texts; a last argument "GMT" has been taken off.
/// </summary>
internal static class PacCalendar
{
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary>One day of the week, or from one to another; from Friday to Monday goes over the week's end.</summary>
    public static bool Weekday(DateTime now, ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty)
            return false;
        var (from, today) = (Array.IndexOf(Weekdays, arguments[0]), (int)now.DayOfWeek);
        var to = arguments.Length == 2 ? Array.IndexOf(Weekdays, arguments[1]) : from;
        if (from < 0 || to < 0)
            return false;
        return from <= to ? from <= today && today <= to : today >= from || today <= to;
    }

    /// <summary>
    /// A day, month or year, or from one combination of them to another. What is not named is the whole year's or, for days, this month's.
    /// </summary>
    public static bool Date(DateTime now, ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty)
            return false;
        if (arguments.Length == 1)
            return Number(arguments[0]) is not { } only ? now.Month - 1 == Array.IndexOf(Months, arguments[0])
                : only < 32 ? now.Day == only : now.Year == only;
        var half = arguments.Length / 2;
        var isDayOnly = arguments.Length <= 2 && Number(arguments[0]) is < 32;
        var from = new DateParts(now.Year, 0, 1);
        var to = new DateParts(now.Year, 11, 31);
        foreach (var argument in arguments[..half])
            from.Set(argument);
        foreach (var argument in arguments[half..])
            to.Set(argument);
        if (isDayOnly)
            from.Month = to.Month = now.Month - 1;
        var (first, last, today) = (from.Key, to.Key, new DateParts(now.Year, now.Month - 1, now.Day).Key);
        return first <= last ? first <= today && today <= last : today >= first || today <= last;
    }

    /// <summary>
    /// An hour; from one hour to another; from hour and minute, or hour, minute and second, to another. Null when no form fits.
    /// </summary>
    public static bool? Time(DateTime now, ReadOnlySpan<double> arguments)
    {
        var seconds = (int)now.TimeOfDay.TotalSeconds;
        switch (arguments.Length)
        {
            case 0:
                return false;
            case 1:
                return now.Hour == arguments[0];
            case 2:
                return arguments[0] <= now.Hour && now.Hour <= arguments[1];
            case 4:
                return Within(seconds, At(arguments[0], arguments[1], now.Second), At(arguments[2], arguments[3], 59));
            case 6:
                return Within(seconds, At(arguments[0], arguments[1], arguments[2]), At(arguments[3], arguments[4], arguments[5]));
            default:
                return null;
        }
    }

    private static bool Within(double now, double from, double to) => from <= to ? from <= now && now <= to : now >= from || now <= to;

    private static double At(double hour, double minute, double second) => (hour * 3600) + (minute * 60) + second;

    // As parseInt does: digits at the beginning count, whatever follows.
    private static int? Number(string text)
    {
        var digits = 0;
        while (digits < text.Length && digits < 9 && char.IsAsciiDigit(text[digits]))
            digits++;
        return digits == 0 ? null : int.Parse(text.AsSpan(0, digits), System.Globalization.CultureInfo.InvariantCulture);
    }

    private record struct DateParts(int Year, int Month, int Day)
    {
        /// <summary>Orders dates.</summary>
        public readonly int Key => (Year * 512) + (Month * 32) + Day;

        public void Set(string argument)
        {
            if (Number(argument) is not { } number)
                Month = Array.IndexOf(Months, argument);
            else if (number < 32)
                Day = number;
            else
                Year = number;
        }
    }
}
