// Command check does what Go programs do with PostgreSQL, on the server that the PG variables name.
// It prints one line a scenario and exits non-zero at the first that fails.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

type scenario struct {
	name string
	run  func(context.Context, *pgx.Conn) error
}

func parameters(ctx context.Context, conn *pgx.Conn) error {
	modes := []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe,
		pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	}
	for _, mode := range modes {
		for n := int64(0); n < 20; n++ {
			var got int64
			if err := conn.QueryRow(ctx, "select $1::int8 * 2", mode, n).Scan(&got); err != nil {
				return fmt.Errorf("%v: %w", mode, err)
			}
			if got != 2*n {
				return fmt.Errorf("%v: %d became %d", mode, n, got)
			}
		}
	}
	return nil
}

func batch(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "create temp table batched (n int primary key)"); err != nil {
		return err
	}
	var good, bad pgx.Batch
	for n := 0; n < 300; n++ {
		good.Queue("insert into batched values ($1)", n)
	}
	if err := conn.SendBatch(ctx, &good).Close(); err != nil {
		return err
	}
	bad.Queue("insert into batched values (1000)")
	bad.Queue("insert into batched values (1)")
	if err := conn.SendBatch(ctx, &bad).Close(); !hasCode(err, "23505") {
		return fmt.Errorf("duplicate: %v", err)
	}
	var count int
	if err := conn.QueryRow(ctx, "select count(*) from batched").Scan(&count); err != nil {
		return err
	}
	if count != 300 {
		return fmt.Errorf("%d rows", count)
	}
	return nil
}

func copyIn(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "create temp table copied (n int8, words text)"); err != nil {
		return err
	}
	source := pgx.CopyFromSlice(50000, func(n int) ([]any, error) {
		return []any{int64(n), fmt.Sprintf("row %d", n)}, nil
	})
	copied, err := conn.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"n", "words"}, source)
	if err != nil || copied != 50000 {
		return fmt.Errorf("copied %d: %v", copied, err)
	}
	failing := pgx.CopyFromSlice(100, func(n int) ([]any, error) {
		if n == 50 {
			return nil, errors.New("no more")
		}
		return []any{int64(n), "x"}, nil
	})
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"n", "words"}, failing); err == nil {
		return errors.New("a failing source was accepted")
	}
	var count int
	if err := conn.QueryRow(ctx, "select count(*) from copied").Scan(&count); err != nil || count != 50000 {
		return fmt.Errorf("%d rows: %v", count, err)
	}
	return nil
}

func cancel(ctx context.Context, _ *pgx.Conn) error {
	config, err := pgx.ParseConfig("")
	if err != nil {
		return err
	}
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, CancelRequestDelay: 0, DeadlineDelay: 20 * time.Second}
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	short, stop := context.WithTimeout(ctx, 500*time.Millisecond)
	defer stop()
	if _, err := conn.Exec(short, "select pg_sleep(60)"); !hasCode(err, "57014") {
		return fmt.Errorf("not cancelled: %v", err)
	}
	var seven int
	return conn.QueryRow(ctx, "select 7").Scan(&seven)
}

func notifications(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "listen gophers"); err != nil {
		return err
	}
	speaker, err := pgx.Connect(ctx, "")
	if err != nil {
		return err
	}
	defer speaker.Close(ctx)
	if _, err := speaker.Exec(ctx, "notify gophers, 'dig'"); err != nil {
		return err
	}
	got, err := conn.WaitForNotification(ctx)
	if err != nil || got.Payload != "dig" {
		return fmt.Errorf("%v: %v", got, err)
	}
	return nil
}

func pool(ctx context.Context, _ *pgx.Conn) error {
	shared, err := pgxpool.New(ctx, "pool_max_conns=16")
	if err != nil {
		return err
	}
	defer shared.Close()
	var group sync.WaitGroup
	failures := make(chan error, 400)
	for n := 0; n < 400; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			var got int
			if err := shared.QueryRow(ctx, "select $1::int", n).Scan(&got); err != nil || got != n {
				failures <- fmt.Errorf("%d became %d: %w", n, got, err)
			}
		}()
	}
	group.Wait()
	close(failures)
	return <-failures
}

func wrongPassword(ctx context.Context, _ *pgx.Conn) error {
	config, err := pgx.ParseConfig("")
	if err != nil {
		return err
	}
	config.Password = "not this one"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		return errors.Join(errors.New("let in"), conn.Close(ctx))
	}
	if !hasCode(err, "28P01") {
		return err
	}
	return nil
}

func hasCode(err error, code string) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == code
}

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 100*time.Second)
	defer stop()
	scenarios := []scenario{
		{"parameters in five modes", parameters},
		{"a batch, and one that fails", batch},
		{"copy in, and one that is given up", copyIn},
		{"cancel by context", cancel},
		{"notifications", notifications},
		{"a pool of sixteen", pool},
		{"a wrong password", wrongPassword},
	}
	for _, one := range scenarios {
		conn, err := pgx.Connect(ctx, "")
		if err == nil {
			err = errors.Join(one.run(ctx, conn), conn.Close(ctx))
		}
		if err != nil {
			fmt.Printf("%s: %v\n", one.name, err)
			os.Exit(1)
		}
		fmt.Printf("%s: ok\n", one.name)
	}
	fmt.Println("all ok")
}
