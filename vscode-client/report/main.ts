import { embeddedReports, findHost, onReports } from "./host";
import { Page } from "./page";

const place = document.getElementById("page");
if (place !== null) {
  const page = new Page(place, findHost());
  onReports((reports) => page.show(reports));
  page.show(embeddedReports());
}
